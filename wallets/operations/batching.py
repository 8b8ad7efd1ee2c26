"""Which payments go into the next batch, and the batch that carries them to the chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery

from citycoin.foundation.fault_points import commits
from citycoin.platform.queues.operations import TOGETHER, count_failure, take
from citycoin.platform.queues.queries import due, held_rows
from contracts.domain import gas
from contracts.domain.encoding import Scheme, call, packed_batch
from contracts.models import ChainLog, Contract, Sender, Submission
from contracts.operations.sending import Call, LockedSender, Means, lock_sender
from wallets.models import Batch, Payment, Status
from wallets.queries import ledger
from wallets.queries.stops import stop_of
from wallets.queries.waiting import BATCHING, HALVING, batches_gone_wrong, payments_to_settle

NONCES_APART = 63
# Where a payment that reverts alone isn't at fault, the contract takes none (paused).
ALONE_AGAIN_AFTER = timedelta(seconds=20)
# What the contract says before or after which it takes other batches than it took, or none.
SAID_OF_EVERY_BATCH = ("Paused", "Unpaused", "RoleHandedOver", "ContractClosed")
LOOKED_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A payment that may go into a batch."""

    id: int
    payee: str
    scheme: Scheme


def next_batch(waiting: Iterable[Waiting], *, limit: int) -> tuple[int, ...]:
    """The payments for the next batch, oldest first, as many as ``limit`` gas surely carries."""
    chosen, groups, left = [], set(), limit - gas.BATCH
    for each in waiting:
        group = (each.payee, each.scheme)
        cost = gas.RECORD[each.scheme] + (0 if group in groups else gas.GROUP)
        if cost > left:
            break
        left -= cost
        groups.add(group)
        chosen.append(each.id)
    return tuple(chosen)


def form_batches(*, contract: Contract, means: Means) -> int:
    """Put every payment that can go into batches, each signed in the transaction that forms it; return how many."""
    formed = 0
    while done := form_batch(contract=contract, means=means):
        formed += done
    return formed


def form_batch(*, contract: Contract, means: Means) -> int:
    """One batch, or several where a payment can't be in any; return how many payments, none while the city is stopped.

    Raises ChainBehindTheBooks.
    """
    chosen = next_batch(_waiting(contract, means.now), limit=settings.BATCH_GAS)
    return take(BATCHING, chosen, lambda part: _form(contract, part, means), now=means.now, at_once=max(len(chosen), 1))


@commits("form_batch")
def _form(contract: Contract, chosen: Sequence[int], means: Means) -> int:
    # The settler's row first: two workers can't form a batch of the same payments.
    settler = lock_sender(contract.city_id, Sender.Role.SETTLER, means=means)
    if stop_of(contract.city_id):
        return 0
    return _sign(contract, settler, payments_to_settle().filter(pk__in=chosen))


def halve_reverted(*, contract: Contract, means: Means) -> int:
    """Sign each reverted batch anew as two halves, and a lost one whole; return how many batches were taken apart.

    A record that was settled after all is answered NonceUsed there, which changes nothing. A payment that reverts alone can't
    be halved: where it is at fault it goes back to those in no batch, as one more failure of its own; else it is asked later.
    """
    waiting = due(HALVING, means.now).filter(city_id=contract.city_id).annotate(size=Count("payments"))
    alone = waiting.filter(size=1, submission__status=Submission.Status.REVERTED)
    at_fault = _at_fault(contract, dict(alone.values_list("pk", "submission__block_number")), now=means.now)
    later = alone.filter(formed_at__gt=means.now - ALONE_AGAIN_AFTER).exclude(pk__in=at_fault)
    batches = waiting.exclude(pk__in=later.values("pk")).order_by("pk")
    return take(
        HALVING,
        list(batches.values_list("pk", flat=True)),
        lambda part: _halve(contract, part[0], means, at_fault=part[0] in at_fault),
        now=means.now,
    )


def _at_fault(contract: Contract, alone: Mapping[int, int], *, now: datetime) -> set[int]:
    """Of these batches of one payment, by the block in which they reverted, those that the contract refused for what they say.

    It takes others: it took one since it last said something of every batch, and these reverted since then, too. Where many
    wait and none has got through since, it may be a fault of ours that they share.
    """
    if not alone:
        return set()
    words = ChainLog.objects.filter(contract=contract, name__in=SAID_OF_EVERY_BATCH)
    said = words.aggregate(last=Max("block_number"))["last"] or 0
    settled = Submission.objects.filter(
        sender__city=contract.city_id,
        sender__role=Sender.Role.SETTLER,
        purpose=Submission.Purpose.SETTLE,
        status=Submission.Status.FINAL,
    )
    taken = settled.order_by("-nonce").values_list("block_number", flat=True).first() or 0
    # Above the cursor it may have said more than is copied.
    found = {batch for batch, block in alone.items() if said < min(block, taken) and block < contract.next_block}
    failed = payments_to_settle().filter(city_id=contract.city_id, pk__in=held_rows(BATCHING, now)).count()
    if len(found) + failed >= TOGETHER and all(taken < alone[batch] for batch in found):
        return set()
    return found


@commits("halve_reverted")
def _halve(contract: Contract, batch_id: int, means: Means, *, at_fault: bool) -> int:
    settler = lock_sender(contract.city_id, Sender.Role.SETTLER, means=means)
    batch = batches_gone_wrong().filter(pk=batch_id).select_related("submission").first()
    if batch is None:
        return 0
    ids = list(batch.payments.order_by("batch_index").values_list("pk", flat=True))
    batch.posted_at = means.now  # nothing of it will be posted
    batch.save(update_fields=["posted_at"])
    if at_fault:
        if batch.payments.filter(status=Status.AUTHORISED).update(batch=None, batch_index=None):
            count_failure(BATCHING, ids[0], "reverted", now=means.now)
        return 1
    reverted = batch.submission.status == Submission.Status.REVERTED
    middle = (len(ids) + 1) // 2 if reverted else len(ids)
    for part in filter(None, (ids[:middle], ids[middle:])):
        _sign(contract, settler, Payment.objects.filter(pk__in=part))
    return 1


def _waiting(contract: Contract, now: datetime) -> list[Waiting]:
    """What may go into a batch now.

    A nonce more than 63 above its payer's lowest one not yet final waits: grouping by shop reorders a payer's nonces,
    and the contract remembers the last 64 only (RFC 4303's window).
    """
    in_flight = Payment.objects.filter(payer=OuterRef("payer"), status=Status.AUTHORISED).order_by("nonce")
    rows = (
        due(BATCHING, now)
        .filter(city_id=contract.city_id)
        .annotate(lowest=Subquery(in_flight.values("nonce")[:1]))
        .filter(nonce__lte=F("lowest") + NONCES_APART)
        .order_by("pk")
        .values_list("pk", "payee_address", "key__scheme")[:LOOKED_AT_ONCE]
    )
    return [Waiting(pk, payee, Scheme(scheme)) for pk, payee, scheme in rows]


def _sign(contract: Contract, settler: LockedSender, rows: QuerySet[Payment]) -> int:
    """Form a batch of these payments and sign its submission, in the caller's transaction; how many payments."""
    payments = list(rows.select_related("key").prefetch_related("takes"))
    if not payments:
        return 0
    payments.sort(key=lambda each: (each.payee_address, each.key.scheme, each.payer_id, each.nonce))
    manifest = manifest_hash(payments)
    data = call(
        "settle(bytes32,bytes)",
        bytes.fromhex(manifest[2:]),
        packed_batch([ledger.record_of(each) for each in payments]),
    )
    limit = gas.of_batch((each.payee_address, Scheme(each.key.scheme)) for each in payments)
    # The same payments once more are the same batch, under another intent: whichever of them is mined settles it.
    submission = settler.submit(
        Call(Submission.Purpose.SETTLE, contract.address, data, limit), intent=settler.fresh_intent("settle", manifest)
    )
    formed = {"submission": submission, "formed_at": settler.means.now, "posted_at": None}
    batch, _ = Batch.objects.update_or_create(manifest=manifest, defaults={"city_id": contract.city_id, **formed})
    for index, payment in enumerate(payments):
        payment.batch, payment.batch_index = batch, index
    Payment.objects.bulk_update(payments, ["batch", "batch_index"], batch_size=200)
    return len(payments)


def manifest_hash(payments: Sequence[Payment]) -> str:
    """SHA-256 of what the batch says, takes included, so that lots are anchored too; 0x and 64 hex digits.

    JSON without spaces: a list of [payment id, payer's address, nonce, [[lot, won], …]] in the batch's order.
    """
    lines = [
        [
            str(each.client_id),
            each.key.address,
            each.nonce,
            sorted([take.lot_id, take.amount] for take in each.takes.all()),
        ]
        for each in payments
    ]
    return "0x" + hashlib.sha256(json.dumps(lines, separators=(",", ":")).encode()).hexdigest()
