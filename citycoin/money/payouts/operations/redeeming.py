"""Burns what the bank has paid: the treasury's won of many payouts in one transaction, under an id that the contract takes once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from citycoin.foundation.fault_points import commits
from citycoin.foundation.locks import locked
from citycoin.money.payouts.models import Payout, Redemption
from citycoin.money.payouts.queries.waiting import REDEEMING, UNDOING
from citycoin.platform.queues.operations import count_failure, forget_failures, take
from citycoin.platform.queues.queries import due
from contracts.domain import gas
from contracts.domain.encoding import call
from contracts.models import ChainLog, Contract, Sender, Submission
from contracts.operations.posting import ChainTransaction
from contracts.operations.sending import Call, Means, intent_of, lock_sender
from wallets.queries.stops import stop_of

REDEEMED_AT_ONCE: Final = 500
Status = Payout.Status


def redeem_paid(*, contract: Contract, means: Means) -> int:
    """Burn the won of payouts that the bank has made; return of how many. None while the city is stopped.

    Raises ChainBehindTheBooks.
    """
    waiting = due(REDEEMING, means.now).filter(city_id=contract.city_id).order_by("pk")
    rows = list(waiting.values_list("pk", flat=True)[:REDEEMED_AT_ONCE])
    return take(REDEEMING, rows, partial(_redeem, contract, means=means), now=means.now, at_once=REDEEMED_AT_ONCE)


@commits("redeem_payouts")
def _redeem(contract: Contract, numbers: Sequence[int], *, means: Means) -> int:
    issuer = lock_sender(contract.city_id, Sender.Role.ISSUER, means=means)
    if stop_of(contract.city_id):
        return 0
    mine = Payout.objects.filter(pk__in=numbers, status=Status.PAID, redemption=None).order_by("pk")
    payouts = list(locked(mine))
    if not payouts:
        return 0
    burn_id = "0x" + secrets.token_hex(32)
    data = call("redeem(bytes32,uint256[])", bytes.fromhex(burn_id[2:]), [each.amount for each in payouts])
    submission = issuer.submit(
        Call(Submission.Purpose.REDEEM, contract.address, data, gas.of_redemption(len(payouts))),
        intent=intent_of("redeem", burn_id),
    )
    made = Redemption.objects.create(
        city_id=contract.city_id, burn_id=burn_id, submission=submission, formed_at=means.now
    )
    return Payout.objects.filter(pk__in=[each.pk for each in payouts]).update(redemption=made)


def post_redemptions(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:
    """End each redemption that a final block tells of. Explains no transfer: the ledger did."""
    burned = {each.args["burnId"] for each in said.named("Burned")}
    for made in Redemption.objects.filter(burn_id__in=burned, ended_at=None).order_by("pk"):
        payouts = [each.pk for each in locked(made.payouts.filter(status=Status.PAID).order_by("pk"))]
        Payout.objects.filter(pk__in=payouts).update(status=Status.BURNED)
        forget_failures(REDEEMING, payouts)
        made.ended_at = now
        made.save(update_fields=["ended_at"])
    return []


def undo_reverted(*, contract: Contract, now: datetime) -> int:
    """Have the payouts of burns that reverted, or were lost, burned anew; return how many burns ended so."""
    waiting = due(UNDOING, now).filter(city_id=contract.city_id).order_by("pk").values_list("pk", flat=True)
    return take(UNDOING, list(waiting), lambda part: _undo(part[0], now), now=now)


@commits("undo_redemption")
def _undo(redemption_id: int, now: datetime) -> int:
    made = locked(Redemption.objects.filter(pk=redemption_id, ended_at=None)).first()
    if made is None:
        return 0
    for payout in locked(made.payouts.filter(status=Status.PAID).order_by("pk")):
        Payout.objects.filter(pk=payout.pk).update(redemption=None)
        count_failure(REDEEMING, payout.pk, "reverted", now=now)
    made.ended_at = now
    made.save(update_fields=["ended_at"])
    return 1
