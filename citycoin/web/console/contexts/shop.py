"""What the page of one shop shows: what is registered of it, and what it took by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.calendar_words import MONTHS_SHORT
from citycoin.foundation.kernel.clock import month_of
from citycoin.platform.accounts.models import Official
from citycoin.platform.exports.domain.charts import table_of
from citycoin.platform.exports.domain.tables import Table
from citycoin.platform.pages.domain.charts import bars
from citycoin.platform.pages.domain.charts.figures import Chart, Heading
from citycoin.web.console.contexts.shops import STATES, StateShown, hyphened
from contracts.domain.address_words import ComparedAddress, compared
from merchants.domain.businesses import Category
from merchants.doors.words import CATEGORY_WORDS
from merchants.models import Shop
from merchants.queries import daily_sums, register
from merchants.queries.daily_sums import Sums
from wallets.queries.ledger import key_in_force

MONTHS_SHOWN: Final = 12
MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopPage:
    """One shop: what it says of itself, its state, its address to compare, and what it took by month. No payer is in it."""

    shop: Shop
    business_number: str
    category: Words
    state: StateShown
    address: ComparedAddress
    last_paid: date | None
    this_month: Sums
    chart: Chart


def shop_page(official: Official, number: int, now: datetime) -> ShopPage:
    """The city's shop of this number. Raises ShopUnknown."""
    shop, month = register.shop_registered(official.city_id, number), month_of(now)
    by_month = _by_month(shop, month)
    return ShopPage(
        shop=shop,
        business_number=hyphened(shop.business_number),
        category=CATEGORY_WORDS[Category(shop.category)],
        state=StateShown(*STATES[register.state_of(shop)]),
        address=compared(key_in_force(shop.wallet).address),
        last_paid=register.last_paid(shop),
        this_month=by_month.get(month, Sums()),
        chart=_months_chart(month, by_month),
    )


def shop_months_file(official: Official, number: int, now: datetime) -> Table:
    """The rows of the chart of the shop of this number. Raises ShopUnknown."""
    shop, month = register.shop_registered(official.city_id, number), month_of(now)
    title = Words("{shop} 달마다 받은 돈", "{shop}: taken each month").filled(shop=Words(shop.name_ko, shop.name_en))
    return table_of(_months_chart(month, _by_month(shop, month)), title)


def _by_month(shop: Shop, month: date) -> dict[date, Sums]:
    """What the shop took in the month and in those before it that are shown."""
    return daily_sums.months_of_shop(shop, _months_before(month, MONTHS_SHOWN - 1), _months_before(month, -1))


def _months_chart(month: date, sums: Mapping[date, Sums]) -> Chart:
    months = [_months_before(month, back) for back in reversed(range(MONTHS_SHOWN))]
    total = sum(each.net for each in sums.values())
    heading = Heading(
        Words("달마다 받은 돈", "Taken each month") if total else Words("아직 받은 돈이 없습니다", "Nothing taken yet"),
        Words(
            "최근 {months}개월, 확정된 결제에서 취소를 뺀 금액",
            "The last {months} months, settled payments less refunds",
        ).filled(months=MONTHS_SHOWN),
    )
    rows = [
        bars.Bar(MONTHS_SHORT[each.month - 1], sums.get(each, Sums()).net, emphasis=each == months[-1])
        for each in months
    ]
    return bars.standing(
        heading,
        rows,
        first=Words("달", "Month"),
        emphasised=Words("이번 달", "This month"),
        others=Words("지난 달들", "Months before"),
    )


def _months_before(month: date, count: int) -> date:
    """The first day of the month so many months before; after it, where the count is below zero."""
    years, place = divmod(month.year * MONTHS_A_YEAR + month.month - 1 - count, MONTHS_A_YEAR)
    return date(years, place + 1, 1)
