"""Posts what final blocks say: the only writer of movements. In order, a transaction of the chain at a time."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import F

from citycoin.foundation.locks import locked, locked_ids
from citycoin.platform.events import operations as events
from citycoin.platform.events.models import Event
from contracts.models import ChainLog, Contract, Kind
from contracts.queries import unposted_logs
from wallets.models import MOVES, Batch, Incident, Key, Lot, Movement, Payment, Status, Wallet
from wallets.operations import freezing, refunds, unexplained
from wallets.operations.movements import city_account, move

log = logging.getLogger(__name__)
NAMES = (
    "BatchSettled",
    "BurnSkipped",
    "Burned",
    "FrozenSet",
    "IssueSkipped",
    "Issued",
    "RecoveryCancelled",
    "RecoveryStarted",
    "Recovered",
    "Refused",
    "Registered",
    "Swept",
    "Transfer",
)
LOGS_AT_ONCE = 5_000
# The contract's reasons that don't say that this record has used its nonce up: signature invalid, payer unknown, nonce
# used. A batch mined twice answers the last of every record; posted in order, it finds them settled already.
NEVER_VOIDS = frozenset({1, 2, 3})


def post_final_logs(*, contract: Contract, now: datetime) -> int:
    """Post the copied logs of this contract that wait; return how many."""
    waiting = list(unposted_logs(contract, names=NAMES, at_most=LOGS_AT_ONCE))
    by_transaction = [list(group) for _, group in groupby(waiting, key=lambda each: (each.block_hash, each.tx_hash))]
    if len(waiting) == LOGS_AT_ONCE and len(by_transaction) > 1:
        by_transaction.pop()  # it may be cut off; the next round has it whole
    for logs in by_transaction:
        _post_transaction(contract, logs, now=now)
    return sum(map(len, by_transaction))


@transaction.atomic(durable=True)
def _post_transaction(contract: Contract, logs: Sequence[ChainLog], *, now: datetime) -> None:
    """All that one transaction did, and the mark that it is posted, together."""
    mine = ChainLog.objects.filter(pk__in=[each.pk for each in logs], posted_at=None)
    if locked(mine).count() != len(logs):
        return
    of = defaultdict(list)
    for each in logs:
        of[each.name].append(each)
    if ended := of["BatchSettled"]:
        _post_batch(contract, ended[0], transfers=of["Transfer"], refusals=of["Refused"], now=now)
    elif of["Issued"]:
        _post_issue(contract, of["Issued"], now=now)
    elif of["Transfer"]:
        # Burns and recoveries are the officials' acts on chain, of which no row of ours knows: somebody looks.
        unexplained.post(contract, of["Transfer"], now=now)
    for each in of["IssueSkipped"]:
        _incident(contract, "issue_skipped", each.args, now)
    _post_registrations(contract, of["Registered"])
    for each in of["FrozenSet"]:
        freezing.post_flag(contract, each)
    mine.update(posted_at=now)


def _post_batch(
    contract: Contract, ended: ChainLog, *, transfers: Sequence[ChainLog], refusals: Sequence[ChainLog], now: datetime
) -> None:
    """The batch's records in their order, less those refused, are the transfers in theirs."""
    batch = Batch.objects.filter(city_id=contract.city_id, manifest=ended.args["batchId"]).first()
    if batch is None:
        unexplained.post(contract, transfers, now=now)
        return
    payments = list(Payment.objects.filter(batch=batch).select_related("key").order_by("batch_index"))
    reasons = {each.args["index"]: each.args["reason"] for each in refusals}
    moved = [payment for payment in payments if payment.batch_index not in reasons]
    said = [(each.args["from"], each.args["to"], each.args["value"]) for each in transfers]
    if said != [(each.key.address, each.payee_address, each.amount) for each in moved]:
        unexplained.post(contract, transfers, now=now)
        return
    open_ones = [each for each in payments if each.status == Status.AUTHORISED]
    _settle([each for each in moved if each in open_ones], ended, now=now)
    for payment in open_ones:
        if reason := reasons.get(payment.batch_index or 0):
            _refused_on_chain(payment, reason, now=now)
    batch.posted_at = now
    batch.save(update_fields=["posted_at"])


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
    Movement.objects.bulk_create([_movement(each, ended) for each in payments], batch_size=150)
    assert Status.SETTLED in MOVES[Status.AUTHORISED]
    Payment.objects.filter(pk__in=[each.pk for each in payments]).update(status=Status.SETTLED, ended_at=now)
    for each in payments:
        if each.refund_of_id is not None:
            refunds.give_back(each, now=now)
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


def _movement(payment: Payment, ended: ChainLog) -> Movement:
    return Movement(
        city_id=payment.city_id,
        effect=f"{ended.contract_id}/{payment.key.address}/{payment.nonce}",
        source_id=payment.payer_id,
        target_id=payment.payee_id,
        amount=payment.amount,
        block_number=ended.block_number,
        tx_hash=ended.tx_hash,
        at=ended.block_at,
    )


def _refused_on_chain(payment: Payment, reason: int, *, now: datetime) -> None:
    """A final refusal that used the nonce up voids the payment and gives its lots back; an incident in any case."""
    facts = {"payment": payment.pk, "reason": reason}
    Incident.objects.create(city_id=payment.city_id, what="payment_refused_on_chain", details=facts, noticed_at=now)
    log.error("payment %d refused on chain: reason %d", payment.pk, reason)
    if reason not in NEVER_VOIDS:
        void(payment, now=now)


def void(payment: Payment, *, now: datetime) -> None:
    """Give the payer's won back, in the caller's transaction."""
    assert Status.VOIDED in MOVES[Status(payment.status)]
    locked(Wallet.objects.filter(pk=payment.payer_id)).get()
    for take in payment.takes.all():
        Lot.objects.filter(pk=take.lot_id).update(taken=F("taken") - take.amount)
    Wallet.objects.filter(pk=payment.payer_id).update(held=F("held") - payment.amount)
    Payment.objects.filter(pk=payment.pk).update(status=Status.VOIDED, ended_at=now)
    for wallet_id in (payment.payer_id, payment.payee_id):
        events.record(
            city_id=payment.city_id, wallet_id=wallet_id, name="payment.voided", facts={"payment": payment.pk}, now=now
        )


def _post_issue(contract: Contract, issued: Sequence[ChainLog], *, now: datetime) -> None:
    """Each recipient's lot becomes spendable; an issue posted before has no second effect."""
    done = set(
        Movement.objects.filter(effect__in=[_issue_effect(each) for each in issued]).values_list("effect", flat=True)
    )
    for each in issued:
        if _issue_effect(each) in done:
            continue
        lot = Lot.objects.filter(
            issue_id=each.args["issueId"],
            issue_index=each.args["index"],
            amount=each.args["amount"],
            wallet__keys__address=each.args["to"],
            wallet__city_id=contract.city_id,
        ).first()
        if lot is None:
            unexplained.post_issued(contract, each, effect=_issue_effect(each), now=now)
            continue
        Lot.objects.filter(pk=lot.pk).update(final_at=now)
        move(
            contract,
            each,
            effect=_issue_effect(each),
            source_id=city_account(contract, Wallet.Kind.ISSUANCE),
            target_id=lot.wallet_id,
            amount=lot.amount,
        )
        events.record(
            city_id=contract.city_id, wallet_id=lot.wallet_id, name="lot.final", facts={"lot": lot.pk}, now=now
        )


def _issue_effect(log_: ChainLog) -> str:
    return f"{log_.contract_id}/{log_.args['issueId']}/{log_.args['index']}"


def _post_registrations(contract: Contract, registered: Iterable[ChainLog]) -> None:
    at = {each.args["account"]: each.block_at for each in registered if each.args["kind"] != Kind.TREASURY}
    for key in Key.objects.filter(city_id=contract.city_id, address__in=at.keys(), until=None):
        Wallet.objects.filter(pk=key.wallet_id, registered_at=None).update(registered_at=at[key.address])


def _incident(contract: Contract, what: str, details: dict[str, object], now: datetime) -> None:
    log.error("%s in %s: %s", what, contract.city_id, details)
    Incident.objects.create(city_id=contract.city_id, what=what, details=details, noticed_at=now)
