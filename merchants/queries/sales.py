"""What a shop has taken: today, by day, and by settlement on chain. Days are Seoul's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import ExtractHour, TruncDate

from citycoin.foundation.kernel.clock import KST
from citycoin.platform.accounts.domain.phones import masked
from citycoin.platform.accounts.queries import NotHere, name_of
from merchants.domain.codes import PaymentCode
from merchants.models import PaymentRequest, Refund, Shop
from wallets.models import Batch, Payment, Status

ON_A_BOARD: Final = 20
HOURS: Final = 24
# The same person pays the same amount again within this time: somebody has to say whether that was meant.
TWICE_WITHIN: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class SalesTotal:
    """So many payments, so many won."""

    count: int
    won: int


@dataclass(frozen=True, slots=True)
class DaySales:
    """A day's payments and refunds: ``taken`` is what was told as paid and is not voided; it is settled or on its way.

    ``refunded`` is what was promised back on the day, of whichever day's payments.
    """

    day: date
    settled: SalesTotal
    on_its_way: SalesTotal
    voided: SalesTotal
    refunded: SalesTotal

    @property
    def taken(self) -> SalesTotal:
        """Settled and on its way together."""
        return SalesTotal(self.settled.count + self.on_its_way.count, self.settled.won + self.on_its_way.won)

    @property
    def net(self) -> int:
        """Won taken less won given back; below zero where more was given back than taken."""
        return self.taken.won - self.refunded.won


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


def sales_of(shop: Shop, day: date, *, until: datetime | None = None) -> DaySales:
    """What the shop took and gave back on one day; of a day that isn't over, ``until`` a moment of it."""
    first, following = _bounds(day)
    last = min(following, until) if until else following
    rows = _paid_to(shop).filter(authorised_at__gte=first, authorised_at__lt=last)
    back = _given_back(shop).filter(promised_at__gte=first, promised_at__lt=last)
    return _day_sales(day, rows.aggregate(**_SUMS), back.aggregate(**_BACK))


def sales_by_day(shop: Shop, first: date, following: date) -> list[DaySales]:
    """The days from ``first`` until before ``following`` on which won came or went, newest first."""
    bounds = _bounds(first)[0], _bounds(following)[0]
    rows = _paid_to(shop).filter(authorised_at__gte=bounds[0], authorised_at__lt=bounds[1])
    back = _given_back(shop).filter(promised_at__gte=bounds[0], promised_at__lt=bounds[1])
    taken = _by_day(rows, "authorised_at", _SUMS)
    given = _by_day(back, "promised_at", _BACK)
    return [_day_sales(day, taken.get(day, {}), given.get(day, {})) for day in sorted({*taken, *given}, reverse=True)]


def first_sale_day(shop: Shop) -> date | None:
    """The day of the shop's first payment."""
    first = _paid_to(shop).order_by("pk").values_list("authorised_at", flat=True).first()
    return today(first) if first else None


def last_sale_day(shop: Shop) -> date | None:
    """The day of the shop's last payment that isn't voided."""
    paid = _paid_to(shop).exclude(status=Status.VOIDED)
    last = paid.order_by("-pk").values_list("authorised_at", flat=True).first()
    return today(last) if last else None


def sales_by_hour(shop: Shop, day: date) -> list[int]:
    """Won that the payments of each hour of the day brought, less what was given back of them since; 24 sums."""
    first, following = _bounds(day)
    rows = _paid_to(shop).filter(authorised_at__gte=first, authorised_at__lt=following).exclude(status=Status.VOIDED)
    hours = rows.annotate(hour=ExtractHour("authorised_at", tzinfo=KST)).values("hour").order_by("hour")
    sums = {row["hour"]: row["won"] for row in hours.annotate(won=Sum(F("amount") - F("refunded")))}
    return [sums.get(hour, 0) for hour in range(HOURS)]


def settlements_of(shop: Shop, day: date) -> list[SettledGroup]:
    """The day's payments by the chain transaction that settles them, newest first."""
    first, following = _bounds(day)
    rows = _seen(_paid_to(shop)).filter(authorised_at__gte=first, authorised_at__lt=following)
    payments = sorted(rows.select_related("batch"), key=lambda each: (each.batch_id or 0, each.pk), reverse=True)
    hashes = transactions_of(payments)
    made = []
    for batch, group in groupby(payments, key=lambda each: each.batch):
        of = list(group)
        made.append(SettledGroup(str(batch.manifest) if batch else "", hashes.get(of[0].pk, ""), of))
    return made


def payments_on(shop: Shop, day: date) -> list[Payment]:
    """What was paid to the shop on one day, voided ones too, oldest first."""
    begins = datetime.combine(day, time(), KST)
    rows = _paid_to(shop).filter(authorised_at__gte=begins, authorised_at__lt=begins + timedelta(days=1))
    return list(rows.order_by("authorised_at", "pk"))


def lines_between(shop: Shop, first: date, following: date) -> int:
    """How many payments and refunds there are from ``first`` until before ``following``, voided payments among them."""
    if following <= first:
        return 0
    begins, ends = _bounds(first)[0], _bounds(following)[0]
    paid = _paid_to(shop).filter(authorised_at__gte=begins, authorised_at__lt=ends).count()
    return paid + _given_back(shop).filter(promised_at__gte=begins, promised_at__lt=ends).count()


def transactions_of(payments: Iterable[Payment]) -> dict[int, str]:
    """The hash of the chain transaction of each payment that is in a batch, by the payment's key."""
    batches = {each.pk: each.batch_id for each in payments if each.batch_id}
    hashes = dict(Batch.objects.filter(pk__in=batches.values()).values_list("pk", "submission__tx_hash"))
    return {pk: hashes[batch] for pk, batch in batches.items()}


def last_payments(shop: Shop, *, at_most: int = ON_A_BOARD) -> list[Payment]:
    """The newest payments to the shop; their payers are loaded."""
    return list(_seen(_paid_to(shop)).order_by("-pk")[:at_most])


def paid_twice(payments: Sequence[Payment]) -> set[int]:
    """Keys of the payments, newest first, that repeat one of the same payer and amount within ``TWICE_WITHIN``.

    Voided ones, and those of which all was given back, repeat nothing and are not repeated.
    """
    repeated = set()
    last: dict[tuple[int, int], Payment] = {}
    for each in reversed(payments):
        if each.status == Status.VOIDED or each.refunded == each.amount:
            continue
        before = last.get((each.payer_id, each.amount))
        if before and each.authorised_at - before.authorised_at <= TWICE_WITHIN:
            repeated.add(each.pk)
        last[each.payer_id, each.amount] = each
    return repeated


def payment_named(shop: Shop, client_id: UUID) -> Payment:
    """The payment to this shop under its payer's id. Raises NotHere."""
    found = _seen(_paid_to(shop)).filter(client_id=client_id).first()
    if found is None:
        raise NotHere
    return found


def refunds_on(shop: Shop, day: date) -> list[Refund]:
    """What the shop promised back on one day, newest first, with the payments loaded; what came back by itself left out."""
    first, following = _bounds(day)
    rows = _given_back(shop).filter(promised_at__gte=first, promised_at__lt=following)
    return list(rows.select_related("payment", "sent__batch").order_by("-pk"))


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
    return Payment.objects.filter(payee_id=shop.wallet_id, refund_of=None)


def _seen(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    return rows.select_related("payer__owner", "key")


def _given_back(shop: Shop) -> QuerySet[Refund]:
    """What came back by itself, as its payment was voided, left out."""
    return Refund.objects.filter(shop=shop).exclude(payment__status=Status.VOIDED)


def _bounds(day: date) -> tuple[datetime, datetime]:
    """The day's first moment in Seoul, and the following day's."""
    begins = datetime.combine(day, time(), KST)
    return begins, begins + timedelta(days=1)


def _by_day(rows: QuerySet[Any], moment: str, sums: Mapping[str, Any]) -> dict[date, Mapping[str, Any]]:
    days = rows.annotate(day=TruncDate(moment, tzinfo=KST)).values("day").annotate(**sums).order_by("day")
    return {row["day"]: row for row in days}


def _day_sales(day: date, taken: Mapping[str, Any], given: Mapping[str, Any]) -> DaySales:
    def total(row: Mapping[str, Any], name: str) -> SalesTotal:
        return SalesTotal(row.get(f"{name}_count") or 0, row.get(f"{name}_won") or 0)

    return DaySales(
        day,
        total(taken, "settled"),
        total(taken, "authorised"),
        total(taken, "voided"),
        total(given, "refunded"),
    )


_SUMS = {
    f"{status.value}_{name}": made("pk" if made is Count else "amount", filter=Q(status=status.value))
    for status in Status
    for name, made in (("count", Count), ("won", Sum))
}
_BACK = {"refunded_count": Count("pk"), "refunded_won": Sum("amount")}
