"""Which payments go into the next batch, and the batch that carries them to the chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import F, OuterRef, Subquery

from citycoin.foundation.fault_points import commits
from contracts.domain import gas
from contracts.domain.encoding import Scheme, call, packed_batch
from contracts.models import GONE_WRONG, Contract, Sender, Submission
from contracts.operations.sending import Call, LockedSender, Means, lock_sender
from wallets.models import Batch, Payment, Status
from wallets.queries import ledger
from wallets.queries.stops import stop_of

NONCES_APART = 63
# A payment that reverts by itself can't be halved: it is the contract that says no (paused), so it is asked again later.
ALONE_AGAIN_AFTER = timedelta(seconds=20)
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
    while batch := form_batch(contract=contract, means=means):
        formed += batch
    return formed


@commits("form_batch")
def form_batch(*, contract: Contract, means: Means) -> int:
    """One batch; return how many payments it has, none while the city is stopped. Raises ChainBehindTheBooks."""
    # The settler's row first: two workers can't choose the same payments.
    settler = lock_sender(contract.city_id, Sender.Role.SETTLER, means=means)
    if stop_of(contract.city_id):
        return 0
    chosen = next_batch(_waiting(contract), limit=settings.BATCH_GAS)
    if chosen:
        _sign(contract, settler, chosen)
    return len(chosen)


@commits("halve_reverted")
def halve_reverted(*, contract: Contract, means: Means) -> int:
    """Sign each reverted batch anew as two halves, and a lost one whole; return how many batches were taken apart.

    A record that was settled after all is answered NonceUsed there, which changes nothing.
    """
    settler = lock_sender(contract.city_id, Sender.Role.SETTLER, means=means)
    if stop_of(contract.city_id):
        return 0  # the contract refuses every batch until the city goes on
    batches = Batch.objects.filter(
        city_id=contract.city_id, posted_at=None, submission__status__in=GONE_WRONG
    ).select_related("submission")
    for batch in batches:
        ids = list(batch.payments.order_by("batch_index").values_list("pk", flat=True))
        reverted = batch.submission.status == Submission.Status.REVERTED
        if reverted and len(ids) == 1 and batch.formed_at > means.now - ALONE_AGAIN_AFTER:
            continue
        batch.posted_at = means.now  # nothing of it will be posted
        batch.save(update_fields=["posted_at"])
        middle = (len(ids) + 1) // 2 if reverted else len(ids)
        for part in filter(None, (ids[:middle], ids[middle:])):
            _sign(contract, settler, part)
    return len(batches)


def _waiting(contract: Contract) -> list[Waiting]:
    """What may go into a batch now.

    A nonce more than 63 above its payer's lowest one not yet final waits: grouping by shop reorders a payer's nonces,
    and the contract remembers the last 64 only (RFC 4303's window).
    """
    in_flight = Payment.objects.filter(payer=OuterRef("payer"), status=Status.AUTHORISED).order_by("nonce")
    rows = (
        Payment.objects.filter(city_id=contract.city_id, status=Status.AUTHORISED, batch=None)
        .annotate(lowest=Subquery(in_flight.values("nonce")[:1]))
        .filter(nonce__lte=F("lowest") + NONCES_APART)
        .order_by("pk")
        .values_list("pk", "payee_address", "key__scheme")[:LOOKED_AT_ONCE]
    )
    return [Waiting(pk, payee, Scheme(scheme)) for pk, payee, scheme in rows]


def _sign(contract: Contract, settler: LockedSender, ids: Sequence[int]) -> None:
    """Form a batch of these payments and sign its submission, in the caller's transaction."""
    payments = list(Payment.objects.filter(pk__in=ids).select_related("key").prefetch_related("takes"))
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
