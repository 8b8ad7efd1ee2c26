"""A row that can't be advanced, in each queue of the worker: everybody else is served, and it is set aside as an incident.

All are poisoned at once while no worker runs: by a trigger that refuses the write which would advance the row, or by bytes that
can't be packed, sent or asked for. A queue that registers has to have its poison here.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import connection, models, transaction

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.money import Won
from citycoin.money.issuance.models import Decision, Issue, TopUp
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.operations.people import open_official
from citycoin.platform.cities.models import City
from citycoin.platform.events.models import Event
from citycoin.platform.incidents.models import Incident
from citycoin.platform.queues.models import FailedRow
from citycoin.platform.queues.operations import requeue
from citycoin.platform.queues.queries import queues
from contracts.doors import wiring
from contracts.models import Contract, Sender, Submission
from contracts.operations.sending import Call, lock_sender
from contracts.queries import token_of
from merchants.models import Refund, Shop
from merchants.operations import refunds
from tests.faults import scenes
from tests.faults.healthy import bad_lines
from tests.outside import CityApi, Resident, eventually
from tests.running import RunningSystem
from wallets.models import Batch, Freeze, Key, Payment, Stop, Wallet
from wallets.operations import freezing, stopping

SET_ASIDE_WITHIN_SECONDS: Final = 120
FUNCTION = """
CREATE OR REPLACE FUNCTION poisoned() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'poisoned' USING ERRCODE = 'check_violation'; END $$
"""


def refuse(model: type[models.Model], when: str, *, write: str = "UPDATE") -> Callable[[], None]:
    """The database refuses this write of the table where ``when`` holds; returns what ends that."""
    table, name = model._meta.db_table, f"poison_{secrets.token_hex(4)}"
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgres:
            cursor.execute(FUNCTION)
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE {write} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION poisoned()"
            )
        else:
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE {write} ON {table} WHEN {when} "
                "BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: poisoned'); END"
            )

    def end() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {name} ON {table}" if postgres else f"DROP TRIGGER {name}")

    return end


@dataclass
class Poison:
    """A row that can't be advanced; somebody else's in the same queue; and how the poison is taken away."""

    row: int
    mend: Callable[[], object]
    served: Callable[[], object] = field(default=lambda: True)


@dataclass
class Town:
    """Two cities with people in them, before anything is poisoned."""

    gimpo: CityApi
    people: list[Resident]
    official: Official
    neighbour: Official
    second_neighbour: Official
    paid: list[str]  # payments that are settled

    @property
    def city(self) -> City:
        return self.official.city

    def wallet(self, place: int) -> Wallet:
        return Wallet.objects.get(keys__address=self.people[place].address.lower())


def changed(row: models.Model, **poison: Any) -> Callable[[], None]:
    """Write these values into the row by hand; returns what writes back what was there."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    before = rows.values(*poison).get()
    rows.update(**poison)
    return lambda: rows.update(**before)  # type: ignore[return-value]


def by_hand(town: Town, role: Sender.Role) -> Submission:
    """A transaction of 0 won from a sending key to itself, signed and not yet sent."""
    with transaction.atomic():
        sender = lock_sender(town.city.pk, role, means=wiring.means())
        return sender.submit(Call("by hand", sender.row.address, b"", 21_000), intent=uuid.uuid4())


def is_final(submission: Submission) -> bool:
    return Submission.objects.get(pk=submission.pk).status == Submission.Status.FINAL


def registering(town: Town) -> Poison:
    opened = [
        town.gimpo.ok("POST", "wallets", {"code": town.gimpo.new_code(), "pin": "135790"})["address"].lower()
        for _ in range(2)
    ]
    key = Key.objects.get(address=opened[0])
    end = refuse(Key, f"OLD.id = {key.pk} AND NEW.registration_id IS NOT NULL")
    other = Wallet.objects.filter(keys__address=opened[1], registered_at__isnull=False)
    return Poison(key.pk, end, other.exists)


def bought(town: Town, place: int, *, paid: bool) -> TopUp:
    buyer, asked = town.people[place], {"id": str(uuid.uuid4()), "amount": 1_000}
    made = town.gimpo.ok("POST", "top-ups", asked, token=buyer.token)
    if paid:
        transfer = {"city": "gimpo", "reference": made["reference"], "amount": made["price"]}
        town.gimpo.http.post(f"{town.gimpo.web_url}/demo/bank/transfers", json=transfer).raise_for_status()
    return TopUp.objects.get(client_id=asked["id"])


def issuing(town: Town) -> Poison:
    mine, other = bought(town, 0, paid=True), bought(town, 1, paid=True)
    end = refuse(TopUp, f"OLD.id = {mine.pk} AND NEW.status = 'issuing'")
    return Poison(mine.pk, end, TopUp.objects.filter(pk=other.pk, status="issued").exists)


def lapsing(town: Town) -> Poison:
    mine, other = bought(town, 0, paid=False), bought(town, 1, paid=False)
    TopUp.objects.filter(pk__in=[mine.pk, other.pk]).update(reserved_until=clock.now() - timedelta(seconds=1))
    end = refuse(TopUp, f"OLD.id = {mine.pk} AND NEW.status = 'lapsed'")
    return Poison(mine.pk, end, TopUp.objects.filter(pk=other.pk, status="lapsed").exists)


def batching(town: Town) -> Poison:
    shop = town.gimpo.shops()[0]
    ids = [town.people[place].pay(shop, 10)["id"] for place in (2, 3)]
    mine = Payment.objects.get(client_id=ids[0])
    return Poison(mine.pk, changed(mine, signature=b"torn"), scenes.of_ids(ids[1:]).filter(status="settled").exists)


def relaying(town: Town) -> Poison:
    event = Event.objects.filter(relayed_at=None, city=town.city).latest("pk")
    others = Event.objects.filter(pk__lt=event.pk, relayed_at=None)
    return Poison(event.pk, refuse(Event, f"OLD.id = {event.pk}"), lambda: not others.exists())


def freezing_(town: Town) -> Poison:
    rows = []
    for place in (4, 5):
        wallet = town.wallet(place)
        freezing.freeze(
            city_id=town.city.pk, wallet_id=wallet.pk, official=town.official, reason="시험", now=clock.now()
        )
        rows.append(Freeze.objects.get(wallet=wallet))
    end = refuse(Freeze, f"OLD.id = {rows[0].pk}")
    return Poison(rows[0].pk, end, Freeze.objects.filter(pk=rows[1].pk, status="frozen").exists)


def stopping_(town: Town) -> Poison:
    stop = stopping.stop(official=town.neighbour, reason="시험", now=clock.now())
    guardian = scenes.sender_of("sejong", Sender.Role.GUARDIAN)
    end = refuse(Submission, f"NEW.sender_id = {guardian.pk}", write="INSERT")

    def mend() -> None:
        end()
        stopping.let_go_on(official=town.second_neighbour, review="시험", now=clock.now())

    return Poison(stop.pk, mend)


def copying(town: Town) -> Poison:
    token = token_of(town.neighbour.city_id)
    end = refuse(Contract, f"OLD.id = {token.pk} AND NEW.next_block > OLD.next_block")
    return Poison(token.pk, end)


def sending(town: Town) -> Poison:
    mine = by_hand(town, Sender.Role.GUARDIAN)
    return Poison(mine.pk, changed(mine, raw=b"\x02torn"))


def following(town: Town) -> Poison:
    mine, other = by_hand(town, Sender.Role.CLERK), by_hand(town, Sender.Role.CLERK)
    mend = changed(mine, status="sent", sent_at=clock.now() - timedelta(minutes=1), tx_hash="0xno hash")

    def put_back() -> None:
        status = Submission.objects.get(pk=mine.pk).status
        mend()
        Submission.objects.filter(pk=mine.pk).update(status=status, sent_at=clock.now())

    return Poison(mine.pk, put_back, lambda: is_final(other))


def refunding(town: Town) -> Poison:
    rows = []
    for payment_id in town.paid:
        payment = Payment.objects.get(client_id=payment_id)
        asked = refunds.RefundRequest(uuid.uuid4(), payment.client_id, Won(1), Refund.Reason.ASKED)
        shop = Shop.objects.get(wallet=payment.payee)
        rows.append(refunds.promise(shop=shop, asked=asked, by=town.official.person, now=clock.now()))
    end = refuse(Refund, f"OLD.id = {rows[0].pk}")
    return Poison(rows[0].pk, end, Refund.objects.filter(pk=rows[1].pk, sent__isnull=False).exists)


def halving(town: Town) -> Poison:
    batch = Payment.objects.get(client_id=town.paid[0]).batch
    assert batch is not None
    undo = [
        changed(batch, posted_at=None, formed_at=clock.now() - timedelta(minutes=1)),
        changed(batch.submission, status="reverted"),
    ]
    end = refuse(Batch, f"OLD.id = {batch.pk}")
    return Poison(batch.pk, lambda: [each() for each in (end, *undo)])


def taking_apart(town: Town) -> Poison:
    issue = Issue.objects.filter(programme__city=town.city, ended_at__isnull=False).latest("pk")
    undo = [changed(issue, ended_at=None), changed(issue.submission, status="reverted")]
    end = refuse(Issue, f"OLD.id = {issue.pk}")
    return Poison(issue.pk, lambda: [each() for each in (end, *undo)])


def deciding(town: Town) -> Poison:
    decision = Decision.objects.create(
        city=town.city,
        kind=Decision.Kind.KINDS,
        facts={},
        digest="0x" + secrets.token_hex(32),
        calldata=b"junk",
        received_at=clock.now() - timedelta(minutes=1),
    )
    return Poison(decision.pk, refuse(Decision, f"OLD.id = {decision.pk}"))


POISONS: Final = {
    "registering": registering,
    "issuing": issuing,
    "lapsing": lapsing,
    "batching": batching,
    "relaying": relaying,
    "freezing": freezing_,
    "stopping": stopping_,
    "copying": copying,
    "sending": sending,
    "following": following,
    "refunding": refunding,
    "halving": halving,
    "taking_apart": taking_apart,
    "deciding": deciding,
}


@pytest.fixture(scope="module")
def town(gimpo: CityApi) -> Town:
    people = scenes.residents(gimpo, [1_000] * 7)
    paid = [people[place].pay(gimpo.shops()[0], 20)["id"] for place in (2, 3)]
    scenes.all_settled(paid)

    def official(city: str, name: str) -> Official:
        where = City.objects.get(slug=city)
        return open_official(city=where, username=name, password="-", totp_secret="JBSWY3DPEHPK3PXP", now=clock.now())

    return Town(
        gimpo, people, official("gimpo", "queue1"), official("sejong", "queue2"), official("sejong", "queue3"), paid
    )


@pytest.fixture
def posted_late(town: Town) -> tuple[int, Callable[[], None]]:
    """A payment whose batch can't be posted: it is in one of its own, on its way to the chain."""
    mine = town.people[6].pay(town.gimpo.shops()[0], 10)["id"]
    end = refuse(Payment, f"OLD.id = {Payment.objects.get(client_id=mine).pk} AND NEW.status = 'settled'")
    scenes.signed(mine)
    return Payment.objects.get(client_id=mine).pk, end


def test_row_that_cannot_be_advanced_in_each_queue_is_set_aside_and_everybody_else_is_served(
    system: RunningSystem, town: Town, posted_late
):
    """I4, I14, C8: with the reason as an incident; when the cause is gone, each goes on where it was."""
    assert {*POISONS, "posting"} == {queue.name for queue in queues()}
    payment, end_of_posting = posted_late
    with ExitStack() as undo:
        undo.callback(system.start, "worker")
        system.stop("worker")
        poisons = {name: poison(town) for name, poison in POISONS.items()}

    def set_aside() -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for name, row in FailedRow.objects.filter(again_at=None).values_list("queue", "row"):
            found.setdefault(name, []).append(row)
        return found

    eventually(
        lambda: set_aside().keys() == {*POISONS, "posting"},
        what="every poisoned row set aside",
        within_seconds=SET_ASIDE_WITHIN_SECONDS,
    )
    for name, poison in poisons.items():
        assert set_aside()[name] == [poison.row]
        eventually(poison.served, what=f"{name} of everybody else")
    assert Payment.objects.get(pk=payment).status == "authorised"
    assert "steps" not in bad_lines(system)
    incidents = Incident.objects.filter(what="row_set_aside", closed_at=None)
    assert {each.details["queue"] for each in incidents} == {*POISONS, "posting"}
    assert {each.city.slug for each in incidents if each.city} == {"gimpo", "sejong"}

    end_of_posting()
    for poison in poisons.values():
        poison.mend()
    first, *others = incidents.values_list("pk", flat=True)
    system.manage("requeue", str(first), check=True)
    for incident in others:
        requeue(incident_id=incident, official=None, now=clock.now())

    eventually(lambda: Payment.objects.get(pk=payment).status == "settled", what="the payment posted late")
    eventually(
        lambda: Payment.objects.get(pk=poisons["batching"].row).status == "settled", what="the payment batched late"
    )
    eventually(lambda: TopUp.objects.get(pk=poisons["issuing"].row).status == "issued", what="the top-up issued late")
    eventually(lambda: Stop.objects.get(pk=poisons["stopping"].row).ended_at, what="the end of the stop")
    assert not FailedRow.objects.exists()
