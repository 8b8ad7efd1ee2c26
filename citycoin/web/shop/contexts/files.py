"""A shop's books as tables to take along: its payments and refunds of a day or a month, and a month's days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.text import day_of, first_day_of_month
from citycoin.money.issuance.domain.purchases import month_of
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.exports.domain.tables import Cell, Column, Kind, Table, seoul
from citycoin.platform.pages.templatetags.pages import won
from merchants.domain.tax_periods import tax_period
from merchants.doors.words import REFUND_WORDS
from merchants.models import Refund, Shop
from merchants.queries import daily_sums, sales
from wallets.models import Payment, Status

PAYMENT_WORDS: Final = {
    Status.AUTHORISED: Words("확정 중", "On its way"),
    Status.SETTLED: Words("확정", "Settled"),
    Status.VOIDED: Words("확정 안 됨", "Not settled"),
}
assert PAYMENT_WORDS.keys() == set(Status), "every status has words"
PAID, REFUNDED, NET = Words("결제 금액", "Paid"), Words("취소 금액", "Refunded"), Words("순매출", "Net")
LINES: Final = (
    Column(Words("일시", "Time"), Kind.MOMENT),
    Column(Words("구분", "Kind")),
    Column(Words("승인번호", "Receipt number")),
    Column(PAID, Kind.WON),
    Column(REFUNDED, Kind.WON),
    Column(NET, Kind.WON),
    Column(Words("상태", "State")),
)
DAYS: Final = (
    Column(Words("날짜", "Day"), Kind.DAY),
    Column(Words("결제 건수", "Payments"), Kind.COUNT),
    Column(PAID, Kind.WON),
    Column(Words("취소 건수", "Refunds"), Kind.COUNT),
    Column(REFUNDED, Kind.WON),
    Column(NET, Kind.WON),
)


def payments_file(shop: Shop, period: str, now: datetime) -> Table:
    """A line for each payment and each refund of a period, as the day's page counts them.

    ``period``: a day (``2026-11-29``), a month (``2026-11``), a period of the value added tax (``2026-h2``) or a year (``2026``).

    A refund is a line of the day on which it was promised, so that the sums are those of the pages. What was voided has no
    amount, and says so. Raises NotHere.
    """
    first, following = _days(period)
    following = min(following, sales.today(now) + timedelta(days=1))
    return Table(
        title=Words("{shop} {period} 결제와 취소", "{shop} payments and refunds {period}").filled(
            shop=Words(shop.name_ko, shop.name_en), period=period
        ),
        columns=LINES,
        rows=_lines(shop, first, following),
        lines=about(shop, now),
        size=lambda: sales.lines_between(shop, first, following),
    )


def days_file(shop: Shop, month: str, now: datetime) -> Table:
    """The sums of each day of a month (``2026-11``) that are settled. Raises NotHere."""
    first = first_day_of_month(month)
    if first is None:
        raise NotHere
    settled = Words("확정된 결제와 취소만 셌어요", "Settled payments and refunds only")
    return Table(
        title=Words("{shop} {month} 날짜별 합계", "{shop} sums by day {month}").filled(
            shop=Words(shop.name_ko, shop.name_en), month=month
        ),
        columns=DAYS,
        rows=[
            (day, each.payments, each.won, each.refunds, each.refunded, each.net)
            for day, each in daily_sums.days_of_shop(shop, first, _following(first)).items()
        ],
        lines=(*about(shop, now), settled),
    )


def _days(period: str) -> tuple[date, date]:
    """The first day of it, and the first after it. Raises NotHere."""
    if day := day_of(period):
        return day, day + timedelta(days=1)
    if first := first_day_of_month(period):
        return first, _following(first)
    if found := tax_period(period):
        return found.first, found.following
    raise NotHere


def _following(first: date) -> date:
    """The first day of the month after."""
    return month_of(datetime.combine(first, time(), KST))[1].date()


def about(shop: Shop, now: datetime) -> Sequence[Words]:
    """Whose file it is, and of when."""
    number = f"{shop.business_number[:3]}-{shop.business_number[3:5]}-{shop.business_number[5:]}"
    made = f"{seoul(now):%Y-%m-%d %H:%M}"
    return (
        Words("{shop} · 사업자등록번호 {number}", "{shop} · business number {number}").filled(
            shop=Words(shop.name_ko, shop.name_en), number=number
        ),
        Words("{moment} 기준", "As of {moment}").filled(moment=made),
    )


def _lines(shop: Shop, day: date, following: date) -> Iterator[Sequence[Cell]]:
    """Oldest first. A day is read at a time, so a month needs no more memory, and nothing is held open meanwhile."""
    while day < following:
        lines = [(each.authorised_at, _of_payment(each)) for each in sales.payments_on(shop, day)]
        lines += [(each.promised_at, _of_refund(each)) for each in sales.refunds_on(shop, day)]
        yield from (line for _, line in sorted(lines, key=lambda each: each[0]))
        day += timedelta(days=1)


def _of_payment(payment: Payment) -> Sequence[Cell]:
    state, number = PAYMENT_WORDS[Status(payment.status)], sales.receipt_number(payment)
    what, at = str(Words("결제", "Payment")), payment.authorised_at
    if payment.status == Status.VOIDED:
        return at, what, number, None, None, None, f"{state} ({won(payment.amount)})"
    return at, what, number, payment.amount, None, payment.amount, str(state)


def _of_refund(refund: Refund) -> Sequence[Cell]:
    what, state = str(Words("취소", "Refund")), str(REFUND_WORDS[refund.state])
    number = sales.receipt_number(refund.payment)
    return refund.promised_at, what, number, None, refund.amount, -refund.amount, state
