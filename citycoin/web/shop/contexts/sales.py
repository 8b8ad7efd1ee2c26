"""What a shop's own pages show: today, settlements, one payment, the poster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.web.shop.contexts.counter import board_of, drawn, live_path
from citycoin.web.shop.contexts.frame import ShopPage
from merchants.domain.codes import PaymentCode
from merchants.doors.words import REASON_WORDS, REFUND_WORDS
from merchants.models import Refund
from merchants.queries import sales
from merchants.queries.access import Access
from merchants.queries.refunds import refunds_of
from merchants.queries.sales import DaySales, SettledGroup
from wallets.models import Payment, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayPage(ShopPage):
    """Today's sum and the last payments."""

    board: Mapping[str, object]
    now: datetime
    live: str
    tab: str = "today"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementsPage(ShopPage):
    """Days with payments, newest first; ``more``: the day before which there may be others."""

    days: Sequence[DaySales]
    more: date | None
    today: date
    tab: str = "settlements"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledPayment:
    """A payment as a line of its day."""

    payment: Payment
    number: str
    payer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementPage(ShopPage):
    """One day by chain transactions, with what was given back; sums in won. ``difference``: zero, or something is wrong."""

    day: date
    sales: DaySales
    groups: Sequence[tuple[SettledGroup, Sequence[SettledPayment]]]
    difference: int
    refunded: int
    refunds: Sequence[tuple[Refund, Words, str]]  # with how far each is, and the hash of its transaction
    tab: str = "settlements"


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterPage(ShopPage):
    """The shop's fixed code."""

    code: str
    link: str
    svg: str
    tab: str = "poster"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPage(ShopPage):
    """One payment with its refunds, and the form of the next one under an id of its own; sums in won."""

    payment: Payment
    payer: str
    number: str
    refunds: Sequence[tuple[Refund, Words, Words]]  # with how far each is, and why
    left: int
    may_give_back: bool
    taken_today: int
    reasons: Sequence[tuple[Refund.Reason, Words]]
    reason: str
    typed: str
    id: UUID
    error: CityCoinError | None


def today_page(access: Access, now: datetime) -> TodayPage:
    """The shop's day so far."""
    return TodayPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        board=board_of(access.shop, now=now),
        now=now,
        live=live_path(access.shop),
    )


def settlements_page(access: Access, *, before: date | None, now: datetime) -> SettlementsPage:
    """The last days with payments; those before a day where one is named."""
    days = sales.sales_by_day(access.shop, before=before)
    return SettlementsPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        days=days,
        more=days[-1].day if len(days) == sales.DAYS_ON_A_PAGE else None,
        today=sales.today(now),
    )


def settlement_page(access: Access, day: date) -> SettlementPage:
    """One day of the shop."""
    taken = sales.sales_of(access.shop, day)
    groups = [(group, _lines(group.payments)) for group in sales.settlements_of(access.shop, day)]
    refunds = sales.refunds_on(access.shop, day)
    hashes = sales.transactions_of([each.sent for each in refunds if each.sent])
    return SettlementPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        day=day,
        sales=taken,
        groups=groups,
        difference=taken.taken.won - sum(group.won for group, _ in groups),
        refunded=sum(each.amount for each in refunds),
        refunds=[(each, REFUND_WORDS[each.state], hashes.get(each.sent_id or 0, "")) for each in refunds],
    )


def _lines(payments: Sequence[Payment]) -> list[SettledPayment]:
    return [
        SettledPayment(payment=each, number=sales.receipt_number(each), payer=sales.payer_shown(each))
        for each in payments
    ]


def poster_page(access: Access) -> PosterPage:
    """The fixed code of the moment."""
    fixed = drawn(access.shop, PaymentCode(access.shop.code))
    return PosterPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        code=fixed.code,
        link=fixed.link,
        svg=fixed.svg,
    )


def payment_page(
    access: Access, payment: Payment, *, reason: str, typed: str, now: datetime, error: CityCoinError | None = None
) -> PaymentPage:
    """A payment that the shop took, with what the form said last."""
    left = payment.amount - payment.refunded
    return PaymentPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        payment=payment,
        payer=sales.payer_shown(payment),
        number=sales.receipt_number(payment),
        refunds=[
            (each, REFUND_WORDS[each.state], REASON_WORDS[Refund.Reason(each.reason)]) for each in refunds_of(payment)
        ],
        left=left,
        may_give_back=left > 0 and payment.status != Status.VOIDED,
        taken_today=sales.sales_of(access.shop, sales.today(now)).taken.won,
        reasons=list(REASON_WORDS.items()),
        reason=reason,
        typed=typed,
        id=uuid4(),
        error=error,
    )
