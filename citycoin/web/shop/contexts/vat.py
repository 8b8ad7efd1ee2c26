"""A shop's summary for its value added tax: months of a half-year, or of a quarter of it, as a page and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.exports.domain.tables import Column, Kind, Table
from citycoin.platform.pages.domain.lists import Chip
from citycoin.web.shop.contexts.files import about
from citycoin.web.shop.contexts.frame import ShopPage
from merchants.domain.tax_periods import Taxed, TaxPeriod, half_of, quarters_of, tax_period, taxed, taxed_months
from merchants.models import Shop
from merchants.queries import daily_sums, sales
from merchants.queries.access import Access
from merchants.queries.daily_sums import Sums, summed

HALVES: Final = {
    "h1": Words("{year}년 1기 (1–6월)", "{year}, 1st period (Jan–Jun)"),
    "h2": Words("{year}년 2기 (7–12월)", "{year}, 2nd period (Jul–Dec)"),
}
# What a part of a half-year is called: the months of the preliminary return, and those that the final one adds.
PARTS: Final = {
    "q1": Words("{year}년 1기 예정 (1–3월)", "{year}, 1st period, preliminary (Jan–Mar)"),
    "q2": Words("{year}년 1기 확정 (4–6월)", "{year}, 1st period, final (Apr–Jun)"),
    "q3": Words("{year}년 2기 예정 (7–9월)", "{year}, 2nd period, preliminary (Jul–Sep)"),
    "q4": Words("{year}년 2기 확정 (10–12월)", "{year}, 2nd period, final (Oct–Dec)"),
}
WHOLE: Final = Words("여섯 달 모두", "All six months")
SHORT: Final = {
    "q1": Words("예정 1–3월", "Preliminary, Jan–Mar"),
    "q2": Words("확정 4–6월", "Final, Apr–Jun"),
    "q3": Words("예정 7–9월", "Preliminary, Jul–Sep"),
    "q4": Words("확정 10–12월", "Final, Oct–Dec"),
}
COLUMNS: Final = (
    Column(Words("달", "Month")),
    Column(Words("결제 건수", "Payments"), Kind.COUNT),
    Column(Words("결제 금액", "Paid"), Kind.WON),
    Column(Words("취소 건수", "Refunds"), Kind.COUNT),
    Column(Words("취소 금액", "Refunded"), Kind.WON),
    Column(Words("순매출", "Net"), Kind.WON),
    Column(Words("공급가액", "Value"), Kind.WON),
    Column(Words("세액", "Tax"), Kind.WON),
)
# Said below the title of each file, and on the page.
NOTES: Final = (
    Words(
        "확정된 결제만 셌어요. 결제는 결제한 날, 취소는 돌려주기로 한 날의 달에 들어가요.",
        "Settled payments only. A payment counts in the month it was made, a refund in the month it was promised.",
    ),
    Words(
        "일반과세자로 보고 순매출의 10/110을 세액으로 나눴어요 (부가가치세법 제29조제7항, 제30조). 기간 합계에서 원 미만을 버렸고, 달은 그 합계에 맞춰 나눴어요.",
        "Reckoned for a general taxpayer: 10/110 of the net is tax (Value Added Tax Act, art. 29 (7) and 30). Less than a won "
        "is left off the sum of the period, and months are made to add up to it.",
    ),
    Words(
        "면세 상품이 있으면 그만큼 직접 빼 주세요. 간이과세자는 세액 계산이 달라요.",
        "Please take tax-free goods off by yourself. A simplified taxpayer's tax is reckoned differently.",
    ),
    Words(
        "지역화폐 매출만이에요. 카드와 현금 매출, 매입세액은 들어 있지 않아요 (제37조).",
        "Sales in this currency only: neither cards and cash nor the tax on purchases are in it (art. 37).",
    ),
)


@dataclass(frozen=True, slots=True)
class TaxedMonth:
    """One month, or all of them together: what was taken and given back, and the parts of what is left."""

    first: date
    sums: Sums
    parts: Taxed

    @property
    def is_empty(self) -> bool:
        """Whether nothing was taken or given back."""
        return not self.sums.payments and not self.sums.refunds


@dataclass(frozen=True, slots=True, kw_only=True)
class VatPage(ShopPage):
    """The months of a period with their total. ``on_its_way``: payments of it that aren't settled yet, and so not counted."""

    period: TaxPeriod
    words: Words
    months: Sequence[TaxedMonth]
    total: TaxedMonth
    empty: int  # so many of the months
    on_its_way: int
    parts: Sequence[Chip]  # the half-year, and its quarters
    before: str  # the half-years around it; empty where there is none
    after: str
    notes: Sequence[Words] = NOTES
    tab: str = "settlements"


def vat_page(access: Access, name: str, now: datetime) -> VatPage:
    """The period that ``name`` says (``2026-h2``, ``2026-q3``; empty: the half-year of now). Raises NotHere."""
    shop, today = access.shop, sales.today(now)
    period = _period(name, today) if name else half_of(today)
    months, total = _months(shop, period)
    half = half_of(period.first)
    began = sales.first_sale_day(shop)
    before = half_of(date.fromordinal(half.first.toordinal() - 1))
    return VatPage(
        city=shop.city,
        access=access,
        shop=shop,
        period=period,
        words=_words(period),
        months=months,
        total=total,
        empty=sum(each.is_empty for each in months),
        on_its_way=sum(each.on_its_way.count for each in sales.sales_by_day(shop, period.first, period.following)),
        parts=[
            Chip(words, None, f"?period={each.name}", each.name == period.name)
            for each, words in [(half, WHOLE), *((each, SHORT[each.part]) for each in quarters_of(half))]
        ],
        before=before.name if began and began < half.first else "",
        after=half_of(half.following).name if half.following <= today else "",
    )


def vat_file(shop: Shop, name: str, now: datetime) -> Table:
    """The rows of the page; their totals are the page's. Raises NotHere."""
    period = _period(name, sales.today(now))
    months, _ = _months(shop, period)
    return Table(
        title=Words("{shop} 부가세 자료 {period}", "{shop} value added tax {period}").filled(
            shop=Words(shop.name_ko, shop.name_en), period=_words(period)
        ),
        columns=COLUMNS,
        rows=[
            (
                f"{each.first:%Y-%m}",
                each.sums.payments,
                each.sums.won,
                each.sums.refunds,
                each.sums.refunded,
                each.sums.net,
                each.parts.value,
                each.parts.tax,
            )
            for each in months
        ],
        lines=(*about(shop, now), *NOTES),
    )


def _months(shop: Shop, period: TaxPeriod) -> tuple[list[TaxedMonth], TaxedMonth]:
    """Each of its months, also those without sales, and all of them together; of the daily sums that posting keeps."""
    found = daily_sums.months_of_shop(shop, period.first, period.following)
    sums = [found.get(each, Sums()) for each in period.months]
    parts = taxed_months([each.net for each in sums])
    total = summed(sums)
    months = [TaxedMonth(*each) for each in zip(period.months, sums, parts, strict=True)]
    return months, TaxedMonth(period.first, total, taxed(total.net))


def _period(name: str, today: date) -> TaxPeriod:
    """A half-year or a quarter that has begun. Raises NotHere."""
    period = tax_period(name)
    if period is None or not period.part or period.first > today:
        raise NotHere
    return period


def _words(period: TaxPeriod) -> Words:
    return {**HALVES, **PARTS}[period.part].filled(year=period.first.year)
