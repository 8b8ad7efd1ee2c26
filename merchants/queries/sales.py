"""What a shop has taken: today, by day, and by settlement on chain. Days are Seoul's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from citycoin.foundation.kernel.clock import KST
from citycoin.platform.accounts.domain.phones import masked
from citycoin.platform.accounts.queries import NotHere, name_of
from merchants.domain.codes import PaymentCode
from merchants.models import PaymentRequest, Refund, Shop
from wallets.models import Batch, Payment, Status

ON_A_BOARD: Final = 20
DAYS_ON_A_PAGE: Final = 31


@dataclass(frozen=True, slots=True)
class SalesTotal:
    """So many payments, so many won."""

    count: int
    won: int


@dataclass(frozen=True, slots=True)
class DaySales:
    """A day's payments: ``taken`` is what was told as paid and is not voided; it is settled or on its way."""

    day: date
    settled: SalesTotal
    on_its_way: SalesTotal
    voided: SalesTotal

    @property
    def taken(self) -> SalesTotal:
        """Settled and on its way together."""
        return SalesTotal(self.settled.count + self.on_its_way.count, self.settled.won + self.on_its_way.won)


@dataclass(frozen=True, slots=True)
class SettledGroup:
    """Payments that went to the chain in one transaction, or (no transaction) wait for theirs."""

    manifest: str
    tx_hash: str
    payments: Sequence[Payment]

    @property
    def won(self) -> int:
        """What they sum to, voided ones left out."""
        return sum(each.amount for each in self.payments if each.status != Status.VOIDED)

    @property
    def is_final(self) -> bool:
        """Whether nothing of it is on its way."""
        return all(each.status != Status.AUTHORISED for each in self.payments)


def today(moment: datetime) -> date:
    """The day in Seoul."""
    return moment.astimezone(KST).date()


def sales_of(shop: Shop, day: date) -> DaySales:
    """What the shop took on one day."""
    begins = datetime.combine(day, time(), KST)
    rows = _paid_to(shop).filter(authorised_at__gte=begins, authorised_at__lt=begins + timedelta(days=1))
    return _day_sales(day, rows.aggregate(**_SUMS))


def sales_by_day(shop: Shop, *, before: date | None = None) -> list[DaySales]:
    """The last days with payments, newest first; those before a day where one is named."""
    rows = _paid_to(shop)
    if before:
        rows = rows.filter(authorised_at__lt=datetime.combine(before, time(), KST))
    days = rows.annotate(day=TruncDate("authorised_at", tzinfo=KST)).values("day").annotate(**_SUMS).order_by("-day")
    return [_day_sales(row["day"], row) for row in days[:DAYS_ON_A_PAGE]]


def settlements_of(shop: Shop, day: date) -> list[SettledGroup]:
    """The day's payments by the chain transaction that settles them, newest first."""
    begins = datetime.combine(day, time(), KST)
    rows = _seen(_paid_to(shop)).filter(authorised_at__gte=begins, authorised_at__lt=begins + timedelta(days=1))
    payments = sorted(rows.select_related("batch"), key=lambda each: (each.batch_id or 0, each.pk), reverse=True)
    hashes = transactions_of(payments)
    made = []
    for batch, group in groupby(payments, key=lambda each: each.batch):
        of = list(group)
        made.append(SettledGroup(str(batch.manifest) if batch else "", hashes.get(of[0].pk, ""), of))
    return made


def transactions_of(payments: Iterable[Payment]) -> dict[int, str]:
    """The hash of the chain transaction of each payment that is in a batch, by the payment's key."""
    batches = {each.pk: each.batch_id for each in payments if each.batch_id}
    hashes = dict(Batch.objects.filter(pk__in=batches.values()).values_list("pk", "submission__tx_hash"))
    return {pk: hashes[batch] for pk, batch in batches.items()}


def last_payments(shop: Shop, *, at_most: int = ON_A_BOARD) -> list[Payment]:
    """The newest payments to the shop; their payers are loaded."""
    return list(_seen(_paid_to(shop)).order_by("-pk")[:at_most])


def payment_named(shop: Shop, client_id: UUID) -> Payment:
    """The payment to this shop under its payer's id. Raises NotHere."""
    found = _seen(_paid_to(shop)).filter(client_id=client_id).first()
    if found is None:
        raise NotHere
    return found


def refunds_on(shop: Shop, day: date) -> list[Refund]:
    """What the shop promised back on one day, newest first, with the payments loaded; what came back by itself left out."""
    begins = datetime.combine(day, time(), KST)
    rows = Refund.objects.filter(shop=shop, promised_at__gte=begins, promised_at__lt=begins + timedelta(days=1))
    return list(rows.exclude(payment__status=Status.VOIDED).select_related("payment", "sent__batch").order_by("-pk"))


def payment_of_request(request: PaymentRequest) -> Payment | None:
    """The payment that answered the request, voided ones left out."""
    return Payment.objects.filter(request=request.pk).exclude(status=Status.VOIDED).first()


def payer_shown(payment: Payment) -> str:
    """``김*포``; of a wallet without a name the end of its address."""
    owner = payment.payer.owner
    name = name_of(owner) if owner else ""
    return masked(name) if name else f"…{payment.key.address[-4:].lower()}"


def receipt_number(payment: Payment) -> str:
    """What the payer's receipt and the shop's board both call the payment: eight letters and digits.

    Of its signature, so it says nothing of how many payments there are, and nobody can ask for another's by it.
    """
    return hashlib.sha256(bytes(payment.signature)).hexdigest()[:8].upper()


def codes_of(payments: Iterable[Payment]) -> dict[int, str]:
    """The request's code of each payment that answered one, by the payment's key."""
    asked = {each.request: each.pk for each in payments if each.request}
    rows = PaymentRequest.objects.filter(pk__in=asked).values_list("pk", "code")
    return {asked[pk]: str(PaymentCode(code)) for pk, code in rows}


def _paid_to(shop: Shop) -> QuerySet[Payment]:
    return Payment.objects.filter(payee_id=shop.wallet_id)


def _seen(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    return rows.select_related("payer__owner", "key")


def _day_sales(day: date, row: Mapping[str, Any]) -> DaySales:
    def taken(status: str) -> SalesTotal:
        return SalesTotal(row[f"{status}_count"] or 0, row[f"{status}_won"] or 0)

    return DaySales(day, taken("settled"), taken("authorised"), taken("voided"))


_SUMS = {
    f"{status.value}_{name}": made("pk" if made is Count else "amount", filter=Q(status=status.value))
    for status in Status
    for name, made in (("count", Count), ("won", Sum))
}
