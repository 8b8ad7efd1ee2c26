"""Settles what a final block says of a batch: movements, balances and states, each in one statement for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from django.db.models import F

from citycoin.foundation.locks import locked, locked_ids
from citycoin.platform.events import operations as events
from citycoin.platform.events.models import Event
from citycoin.platform.incidents import operations as incidents
from citycoin.platform.queues.operations import forget_failures
from contracts.models import ChainLog
from contracts.operations.posting import ChainTransaction
from wallets.models import TRANSITIONS, Batch, Lot, Movement, Payment, Status, Wallet
from wallets.operations import returning, supply
from wallets.queries.waiting import BATCHING

# The contract's reasons that don't say that this record has used its nonce up: signature invalid, payer unknown, nonce
# used. A batch mined twice answers the last of every record; posted in order, it finds them settled already.
NEVER_VOIDS: Final = frozenset({1, 2, 3})


class Follower(Protocol):
    """Writes down what follows from payments that have just been settled, in the transaction that settles them."""

    def __call__(self, payments: Sequence[Payment], *, now: datetime) -> None:
        """Each payment comes once, ever. The wallets of both sides are locked."""


class VoidFollower(Protocol):
    """Writes down what follows from a payment that has just been voided, in the transaction that voids it."""

    def __call__(self, payment: Payment, *, now: datetime) -> None:
        """A payment comes once, ever."""


_followers: list[Follower] = []
_void_followers: list[VoidFollower] = []


def register_follower(follower: Follower) -> None:
    """Have an app above the ledger told of each payment that is settled, when Django is ready."""
    _followers.append(follower)


def register_void_follower(follower: VoidFollower) -> None:
    """Have it told of each payment that is voided."""
    _void_followers.append(follower)


def post_batches(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:
    """Settle or void each batch's payments; returns the Transfers that are theirs."""
    explained: list[ChainLog] = []
    for part in _parts(said):
        explained += _post_batch(part, now=now)
    return explained


def _parts(said: ChainTransaction) -> Iterator[ChainTransaction]:
    """The logs of each batch: what was said since the one before it."""
    begun = 0
    for place, log in enumerate(said.logs):
        if log.name == "BatchSettled":
            yield ChainTransaction(said.contract, said.logs[begun : place + 1])
            begun = place + 1


def _post_batch(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:
    """The batch's records in their order, less those refused, are the transfers in theirs; none where they differ."""
    ended = said.logs[-1]
    batch = Batch.objects.filter(city_id=said.contract.city_id, manifest=ended.args["batchId"]).first()
    if batch is None:
        return []
    payments = list(Payment.objects.filter(batch=batch).select_related("key").order_by("batch_index"))
    reasons = {each.args["index"]: each.args["reason"] for each in said.named("Refused")}
    moved = [payment for payment in payments if payment.batch_index not in reasons]
    transferred = [(each.args["from"], each.args["to"], each.args["value"]) for each in said.transfers]
    if transferred != [(each.key.address, each.payee_address, each.amount) for each in moved]:
        return []
    open_ones = [each for each in payments if each.status == Status.AUTHORISED]
    _settle([each for each in moved if each in open_ones], ended, now=now)
    for payment in open_ones:
        if reason := reasons.get(payment.batch_index or 0):
            _refused_on_chain(payment, reason, now=now)
    forget_failures(BATCHING, [each.pk for each in payments])
    batch.posted_at = now
    batch.save(update_fields=["posted_at"])
    return said.transfers


def _settle(payments: Sequence[Payment], ended: ChainLog, *, now: datetime) -> None:
    """Movements, balances and states of a batch, each in one statement for all: no payee is a hot row."""
    outgoing: defaultdict[int, int] = defaultdict(int)
    incoming: defaultdict[int, int] = defaultdict(int)
    highest: defaultdict[int, int] = defaultdict(int)
    for each in payments:
        outgoing[each.payer_id] += each.amount
        incoming[each.payee_id] += each.amount
        highest[each.payer_id] = max(highest[each.payer_id], each.nonce)
    wallets = locked_ids(Wallet, outgoing.keys() | incoming.keys())
    for wallet in wallets.values():
        wallet.posted += incoming[wallet.pk] - outgoing[wallet.pk]
        wallet.held -= outgoing[wallet.pk]
        wallet.nonce_final = max(wallet.nonce_final, highest[wallet.pk])
    Wallet.objects.bulk_update(wallets.values(), ["posted", "held", "nonce_final"], batch_size=150)
    Movement.objects.bulk_create([_movement(each, ended, wallets) for each in payments], batch_size=150)
    assert Status.SETTLED in TRANSITIONS[Status.AUTHORISED]
    Payment.objects.filter(pk__in=[each.pk for each in payments]).update(status=Status.SETTLED, ended_at=now)
    for each in payments:
        supply.count(each.amount, source=wallets[each.payer_id], target=wallets[each.payee_id], at=ended.block_at)
        if each.refund_of_id is not None and wallets[each.payee_id].kind == Wallet.Kind.RESIDENT:
            returning.give_back(each, now=now)
    for follower in _followers:
        follower(payments, now=now)
    events.record_all(
        Event(
            city_id=ended.contract.city_id,
            wallet=pk,
            name="payments.settled",
            facts={"batch": ended.args["batchId"]},
            at=now,
        )
        for pk in wallets
    )


def _movement(payment: Payment, ended: ChainLog, wallets: Mapping[int, Wallet]) -> Movement:
    return Movement(
        city_id=payment.city_id,
        reason=_reason(payment, source=wallets[payment.payer_id], target=wallets[payment.payee_id]),
        effect=f"{ended.contract_id}/{payment.key.address}/{payment.nonce}",
        source_id=payment.payer_id,
        target_id=payment.payee_id,
        amount=payment.amount,
        block_number=ended.block_number,
        tx_hash=ended.tx_hash,
        at=ended.block_at,
    )


def _reason(payment: Payment, *, source: Wallet, target: Wallet) -> Movement.Reason:
    if payment.refund_of_id:
        return Movement.Reason.BOUNCE if source.kind == Wallet.Kind.TREASURY else Movement.Reason.REFUND
    return Movement.Reason.PAYOUT if target.kind == Wallet.Kind.TREASURY else Movement.Reason.PAYMENT


def _refused_on_chain(payment: Payment, reason: int, *, now: datetime) -> None:
    """A final refusal that used the nonce up voids the payment and gives its lots back; an incident in any case."""
    facts = {"payment": payment.pk, "reason": reason}
    incidents.report(payment.city_id, "payment_refused_on_chain", facts, now=now)
    if reason not in NEVER_VOIDS:
        void(payment, now=now)


def void(payment: Payment, *, now: datetime) -> None:
    """Give the payer's won back, in the caller's transaction."""
    assert Status.VOIDED in TRANSITIONS[Status(payment.status)]
    locked(Wallet.objects.filter(pk=payment.payer_id)).get()
    for take in payment.takes.all():
        Lot.objects.filter(pk=take.lot_id).update(taken=F("taken") - take.amount)
    Wallet.objects.filter(pk=payment.payer_id).update(held=F("held") - payment.amount)
    Payment.objects.filter(pk=payment.pk).update(status=Status.VOIDED, ended_at=now)
    for wallet_id in (payment.payer_id, payment.payee_id):
        events.record(
            city_id=payment.city_id, wallet_id=wallet_id, name="payment.voided", facts={"payment": payment.pk}, now=now
        )
    for follower in _void_followers:
        follower(payment, now=now)
