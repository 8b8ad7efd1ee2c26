"""Which payments go into the next batch, and the batch that carries them to the chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from citycoin.foundation.locks import locked
from contracts.domain.encoding import Scheme, call, packed_batch
from contracts.domain.gateway import Fees
from contracts.domain.signing import Signer
from contracts.models import Contract, Sender, Submission
from contracts.operations import submissions
from contracts.queries import refuse_while_behind
from wallets.models import Batch, Payment, Status
from wallets.operations import stopping
from wallets.queries import ledger

# Upper bounds of gas for the worst record of a scheme; measured by the contract's tests, and never a count of records.
GAS_OF_BATCH = 100_000
GAS_OF_GROUP = 30_000
GAS_OF_RECORD = {Scheme.SECP256K1: 22_000, Scheme.P256: 30_000}
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


def next_batch(waiting: Iterable[Waiting], *, gas: int) -> tuple[int, ...]:
    """The payments for the next batch, oldest first, as many as ``gas`` surely carries."""
    chosen, groups, left = [], set(), gas - GAS_OF_BATCH
    for each in waiting:
        group = (each.payee, each.scheme)
        cost = GAS_OF_RECORD[each.scheme] + (0 if group in groups else GAS_OF_GROUP)
        if cost > left:
            break
        left -= cost
        groups.add(group)
        chosen.append(each.id)
    return tuple(chosen)


def form_batches(*, contract: Contract, signer: Signer, fees: Fees, now: datetime) -> int:
    """Put every payment that can go into batches, each signed in the transaction that forms it; return how many."""
    formed = 0
    while batch := form_batch(contract=contract, signer=signer, fees=fees, now=now):
        formed += batch
    return formed


@transaction.atomic
def form_batch(*, contract: Contract, signer: Signer, fees: Fees, now: datetime) -> int:
    """One batch; return how many payments it has, none while the city is stopped. Raises ChainBehindTheBooks."""
    # The settler's row first: two workers can't choose the same payments.
    settler = locked(Sender.objects.filter(city_id=contract.city_id, role=Sender.Role.SETTLER)).get()
    refuse_while_behind(contract.chain_id)
    if stopping.stop_of(contract.city_id):
        return 0
    chosen = next_batch(_waiting(contract), gas=settings.BATCH_GAS)
    if chosen:
        _sign(contract, settler, chosen, signer=signer, fees=fees, now=now)
    return len(chosen)


@transaction.atomic
def halve_reverted(*, contract: Contract, signer: Signer, fees: Fees, now: datetime) -> int:
    """Sign each reverted batch anew as two halves, and a lost one whole; return how many batches were taken apart.

    A record that was settled after all is answered NonceUsed there, which changes nothing.
    """
    settler = locked(Sender.objects.filter(city_id=contract.city_id, role=Sender.Role.SETTLER)).get()
    refuse_while_behind(contract.chain_id)
    if stopping.stop_of(contract.city_id):
        return 0  # the contract refuses every batch until the city goes on
    ended = Submission.objects.filter(
        sender=settler, purpose="settle", status__in=[Submission.Status.REVERTED, Submission.Status.LOST]
    )
    how = dict(ended.values_list("intent", "status"))
    batches = Batch.objects.filter(city_id=contract.city_id, posted_at=None, intent__in=ended.values("intent"))
    for batch in batches:
        ids = list(batch.payments.order_by("batch_index").values_list("pk", flat=True))
        reverted = how[batch.intent] == Submission.Status.REVERTED
        if reverted and len(ids) == 1 and batch.formed_at > now - ALONE_AGAIN_AFTER:
            continue
        batch.posted_at = now  # nothing of it will be posted
        batch.save(update_fields=["posted_at"])
        middle = (len(ids) + 1) // 2 if reverted else len(ids)
        for part in filter(None, (ids[:middle], ids[middle:])):
            _sign(contract, settler, part, signer=signer, fees=fees, now=now)
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


def _sign(
    contract: Contract, settler: Sender, ids: Sequence[int], *, signer: Signer, fees: Fees, now: datetime
) -> None:
    """Form a batch of these payments and sign its submission, in the caller's transaction."""
    payments = list(Payment.objects.filter(pk__in=ids).select_related("key").prefetch_related("takes"))
    payments.sort(key=lambda each: (each.payee_address, each.key.scheme, each.payer_id, each.nonce))
    manifest = manifest_hash(payments)
    # The same payments once more are the same batch, under another intent: whichever of them is mined settles it.
    intent = uuid5(NAMESPACE_URL, f"settle {manifest} {settler.next_nonce}")
    batch, _ = Batch.objects.update_or_create(
        manifest=manifest,
        defaults={"city_id": contract.city_id, "intent": intent, "formed_at": now, "posted_at": None},
    )
    for index, payment in enumerate(payments):
        payment.batch, payment.batch_index = batch, index
    Payment.objects.bulk_update(payments, ["batch", "batch_index"], batch_size=200)
    data = call(
        "settle(bytes32,bytes)",
        bytes.fromhex(manifest[2:]),
        packed_batch([ledger.record_of(each) for each in payments]),
    )
    groups = {(each.payee_address, each.key.scheme) for each in payments}
    gas = GAS_OF_BATCH + GAS_OF_GROUP * len(groups) + sum(GAS_OF_RECORD[Scheme(each.key.scheme)] for each in payments)
    settle = submissions.Call("settle", contract.address, data, gas)
    submissions.sign_once(intent=batch.intent, sender_id=settler.pk, call=settle, signer=signer, fees=fees, now=now)


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
