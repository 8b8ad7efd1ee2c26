"""What a shop's own pages show of its days and months, and the poster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.web.shop.contexts.counter import drawn
from citycoin.web.shop.contexts.frame import ShopPage
from merchants.doors.words import REFUND_WORDS
from merchants.models import Refund
from merchants.queries import sales
from merchants.queries.access import Access
from merchants.queries.fixed_codes import FixedCode, fixed_codes
from merchants.queries.sales import DaySales, SettledGroup
from wallets.models import Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementsPage(ShopPage):
    """One month by days, newest first, with its sums in won; ``before`` and ``after`` are months to go to, or empty."""

    first: date
    days: Sequence[DaySales]
    taken: int
    refunded: int
    net: int
    before: str
    after: str
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
    refunds: Sequence[tuple[Refund, Words, str]]  # with how far each is, and the hash of its transaction
    tab: str = "settlements"


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterPage(ShopPage):
    """The shop's fixed code and those before it; what there is to print; where it hangs, as it was typed, and why it was refused."""

    fixed: FixedCode
    past: Sequence[FixedCode]
    svg: str
    sizes: Sequence[tuple[str, Words, Words]]  # a name, and what it is
    posters_at: str
    error: CityCoinError | None
    tab: str = "poster"


# By the names of the poster's sizes, which its module knows: that one takes a third of a second to import.
SIZES: Final = {
    "a4": (Words("A4 포스터", "A4 poster"), Words("벽이나 문에", "For a wall or a door")),
    "a5": (Words("A5 포스터", "A5 poster"), Words("계산대 앞에", "For the front of the counter")),
    "tent": (Words("탁자 세움", "Table tent"), Words("A4를 반으로 접어 세워요", "An A4 sheet, folded, that stands")),
    "sticker": (Words("스티커", "Sticker"), Words("100 × 144 mm", "100 × 144 mm")),
}


def settlements_page(access: Access, *, first: date | None, now: datetime) -> SettlementsPage:
    """The month that begins with ``first``; the present one where none is named."""
    present = sales.today(now).replace(day=1)
    first = first or present
    following = _month_after(first)
    days = sales.sales_by_day(access.shop, first, following)
    began = sales.first_sale_day(access.shop)
    return SettlementsPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        first=first,
        days=days,
        taken=sum(each.taken.won for each in days),
        refunded=sum(each.refunded.won for each in days),
        net=sum(each.net for each in days),
        before=f"{first - timedelta(days=1):%Y-%m}" if began and began < first else "",
        after=f"{following:%Y-%m}" if following <= present else "",
    )


def _month_after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def settlement_page(access: Access, day: date) -> SettlementPage:
    """One day of the shop."""
    of_day = sales.sales_of(access.shop, day)
    groups = [(group, _lines(group.payments)) for group in sales.settlements_of(access.shop, day)]
    refunds = sales.refunds_on(access.shop, day)
    hashes = sales.transactions_of([each.sent for each in refunds if each.sent])
    below = sum(group.won for group, _ in groups) - sum(each.amount for each in refunds)
    return SettlementPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        day=day,
        sales=of_day,
        groups=groups,
        difference=of_day.net - below,
        refunds=[(each, REFUND_WORDS[each.state], hashes.get(each.sent_id or 0, "")) for each in refunds],
    )


def _lines(payments: Sequence[Payment]) -> list[SettledPayment]:
    return [
        SettledPayment(payment=each, number=sales.receipt_number(each), payer=sales.payer_shown(each))
        for each in payments
    ]


def poster_page(access: Access, *, typed: str | None = None, error: CityCoinError | None = None) -> PosterPage:
    """The fixed code of the moment, and those before it."""
    present, *past = fixed_codes(access.shop)
    return PosterPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        fixed=present,
        past=past,
        svg=drawn(access.shop, present.code).svg,
        sizes=[(name, *words) for name, words in SIZES.items()],
        posters_at=present.posters_at if typed is None else typed,
        error=error,
    )
