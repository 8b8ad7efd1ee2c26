"""The emergency stop of a city: in the books at once, on chain as soon as it hears; and back after another's review.

The books go first when the city stops and last when it goes on: what is authorised while the contract still pauses would
wait, but nothing that a shop was told is lost by it. What was authorised before the stop stays so and settles afterwards.

What the chain is told follows from where the two differ, so a lost or repeated pause needs no step of its own; one that the
contract reverts is a failure of the stop's.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Q

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Official
from citycoin.platform.audit import operations as audit
from citycoin.platform.audit.operations import ReasonMissing
from citycoin.platform.cities.models import City
from citycoin.platform.queues.operations import count_failure, forget_failures, requeue_row, take
from citycoin.platform.queues.queries import due
from contracts.domain import gas
from contracts.domain.encoding import call
from contracts.models import ChainLog, Contract, Sender, Submission
from contracts.operations.posting import ChainTransaction
from contracts.operations.sending import Call, Means, lock_sender
from wallets.domain.refusals import CityStopped
from wallets.models import Stop
from wallets.queries.stops import is_paused, stop_of
from wallets.queries.waiting import STOPPING

# Whose signatures move won: their rows are held while the city is stopped, so that none is given after it.
MOVES_WON: Final = (Sender.Role.SETTLER, Sender.Role.ISSUER)


class OwnStop(Rejected):
    """Who stopped the city doesn't review it themselves."""

    code = "own_stop"
    ko = "내가 멈춘 도시는 다른 담당자가 살펴본 뒤 다시 시작해야 합니다. 다른 담당자에게 부탁해 주십시오."
    en = "Another official has to review what you stopped, and let it go on. Please ask one."


@commits("stop_city")
def stop(*, official: Official, reason: str, now: datetime) -> Stop:
    """Stop the official's city: one official suffices. A city that is stopped stays so; one about to go on stops anew.

    Raises ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    there = _locked_stop(official.city_id)
    if there and there.reviewed_at is None:
        return there
    list(locked(Sender.objects.filter(city_id=official.city_id, role__in=MOVES_WON)))
    if there:
        there.ended_at = now
        there.save(update_fields=["ended_at"])
    made = Stop.objects.create(city_id=official.city_id, stopped_by=official, reason=reason.strip(), stopped_at=now)
    facts = {"stop": made.pk, "reason": made.reason}
    audit.record(city_id=official.city_id, official=official, act="city.stopped", facts=facts, now=now)
    return made


@commits("let_city_go_on")
def let_go_on(*, official: Official, review: str, now: datetime) -> Stop | None:
    """Another official's review: the chain is told, and the books follow it. Where nothing waits for one, none is written.

    Raises ReasonMissing, OwnStop.
    """
    if not review.strip():
        raise ReasonMissing
    there = _locked_stop(official.city_id)
    if there is None or there.reviewed_at:
        return there
    if there.stopped_by.person_id == official.person_id:
        raise OwnStop
    there.reviewed_by, there.review, there.reviewed_at = official, review.strip(), now
    there.save(update_fields=["reviewed_by", "review", "reviewed_at"])
    requeue_row(STOPPING, there.pk, official=official, now=now)
    facts = {"stop": there.pk, "review": there.review}
    audit.record(city_id=official.city_id, official=official, act="city.stop_reviewed", facts=facts, now=now)
    return there


def _locked_stop(city_id: int) -> Stop | None:
    """The stop that is on, and the lock under which there is one at a time: the city's row, as every act takes it last."""
    locked(City.objects.filter(pk=city_id)).get()
    return locked(Stop.objects.filter(city_id=city_id, ended_at=None)).first()


def tell_chain(*, contract: Contract, means: Means) -> int:
    """Tell the chain to pause or to go on where it says otherwise, and end a reviewed stop when it agrees for good.

    Returns how many submissions were signed. Raises ChainBehindTheBooks.
    """
    waiting = list(due(STOPPING, means.now).filter(city_id=contract.city_id).values_list("pk", flat=True))
    return take(STOPPING, waiting, lambda part: _tell(contract, part[0], means), now=means.now)


@commits("tell_stop")
def _tell(contract: Contract, stop_id: int, means: Means) -> int:
    guardian = lock_sender(contract.city_id, Sender.Role.GUARDIAN, means=means)
    there = locked(Stop.objects.filter(pk=stop_id, ended_at=None)).select_related("submission").first()
    if there is None or _unheard(contract, guardian.row):
        return 0
    paused, wanted = is_paused(contract), there.reviewed_at is None
    if paused == wanted:
        if not wanted:
            there.ended_at = means.now
            there.save(update_fields=["ended_at"])
            forget_failures(STOPPING, [there.pk])
        return 0
    purpose = Submission.Purpose.PAUSE if wanted else Submission.Purpose.UNPAUSE
    told = there.submission
    if told and told.purpose == purpose and told.status == Submission.Status.REVERTED:
        there.submission = None
        count_failure(STOPPING, there.pk, "reverted", now=means.now)
    else:
        there.submission = guardian.submit(
            Call(purpose, contract.address, call(f"{purpose}()"), gas.PAUSE),
            intent=guardian.fresh_intent(purpose, contract.address),
        )
    there.save(update_fields=["submission"])
    return 1 if there.submission else 0


def post_pauses(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:  # noqa: ARG001 - a handler's form
    """The chain has followed, so what failed before is forgotten; what it says of the pause is read where it is copied."""
    stops = Stop.objects.filter(city_id=said.contract.city_id, ended_at=None)
    forget_failures(STOPPING, stops.values_list("pk", flat=True))
    return []


def _unheard(contract: Contract, guardian: Sender) -> bool:
    """Whether something of the guardian's is under way, or in a final block whose logs aren't copied yet."""
    in_flight = Q(status__in=[Submission.Status.SIGNED, Submission.Status.SENT])
    not_copied = Q(block_number__gte=Contract.objects.get(pk=contract.pk).next_block)
    return Submission.objects.filter(in_flight | not_copied, sender=guardian).exists()


def refuse_while_stopped(city_id: int) -> None:
    """Raises CityStopped while nothing new may be promised."""
    if stop_of(city_id):
        raise CityStopped
