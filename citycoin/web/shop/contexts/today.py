"""What a shop's page of today shows: its net sum, its hours beside the same weekday, its last lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from citycoin.foundation.bilingual import Words
from citycoin.foundation.calendar_words import WEEKDAYS_LONG
from citycoin.money.payouts.queries.coming import Coming, coming
from citycoin.money.payouts.queries.payouts import account_in_force, won_on_their_way
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.exports.domain.charts import table_of
from citycoin.platform.exports.domain.tables import Table
from citycoin.platform.pages.domain.charts import bars
from citycoin.platform.pages.domain.charts.bars import Bar
from citycoin.platform.pages.domain.charts.figures import Chart, Heading
from citycoin.platform.pages.templatetags.pages import kst_time
from citycoin.web.shop.contexts.counter import live_path
from citycoin.web.shop.contexts.frame import ShopPage
from citycoin.web.shop.domain.day import hours_shown, peak_of
from merchants.doors.words import CLAIM_REASON_WORDS, REASON_WORDS, REFUND_WORDS
from merchants.models import Refund, RefundClaim, Shop
from merchants.queries import sales
from merchants.queries.access import Access
from merchants.queries.claims import waiting_claims
from merchants.queries.sales import DaySales
from wallets.models import Status
from wallets.queries.ledger import balance

WEEK: Final = timedelta(days=7)
LINES_OF_TODAY: Final = 8
CLAIMS_SHOWN: Final = 20
STATE_WORDS: Final = {
    Status.AUTHORISED: Words("결제됨", "Paid"),
    Status.SETTLED: Words("확정", "Settled"),
    Status.VOIDED: Words("확정 안 됨", "Not settled"),
}
ICONS: Final = {Status.AUTHORISED: "clock", Status.SETTLED: "check", Status.VOIDED: "cross"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A payment or a refund as a line; ``won`` is below zero where it went back. ``icon`` and ``state`` say how far it is."""

    at: datetime
    icon: str
    title: str
    won: int
    state: Words
    client_id: UUID  # of the payment
    twice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayPage(ShopPage):
    """Today's net sum beside the same weekday's until the same time (None where nothing came in then), and its last lines.

    ``in_wallet``: won that the shop could have paid out now; None to who may not see it. ``coming``: the next payout that goes by
    itself; ``underway``: won that are on their way to the bank.
    """

    day: DaySales
    today: str
    now: datetime
    more_than_before: int | None
    compared: Words  # with what
    chart: Chart | None  # of the hours; None where neither day brought anything
    lines: Sequence[Line]
    is_new: bool  # nobody has ever paid here
    in_wallet: int | None
    coming: Coming | None
    underway: int
    has_account: bool
    claims: Sequence[
        tuple[RefundClaim, str, Words]
    ]  # what payers ask back, by whom and why; none to who may not answer
    live: str
    tab: str = "today"


def today_page(access: Access, now: datetime) -> TodayPage:
    """The shop's day so far."""
    shop, day = access.shop, sales.today(now)
    account = account_in_force(shop.wallet_id) if access.is_manager else None
    today, before = sales.sales_of(shop, day), sales.sales_of(shop, day - WEEK, until=now - WEEK)
    return TodayPage(
        city=shop.city,
        access=access,
        shop=shop,
        day=today,
        today=day.isoformat(),
        now=now,
        more_than_before=today.net - before.net if before.taken.count else None,
        compared=_than_before(day),
        chart=_hours(shop, now),
        lines=_lines_of_today(shop, day),
        is_new=not sales.last_payments(shop, at_most=1),
        in_wallet=balance(shop.wallet, now=now).available.amount if access.is_manager else None,
        coming=coming(account, now=now) if account else None,
        underway=won_on_their_way(shop.wallet_id) if access.is_manager else 0,
        has_account=account is not None,
        claims=_claims(shop) if access.is_manager else [],
        live=live_path(shop),
    )


def _claims(shop: Shop) -> list[tuple[RefundClaim, str, Words]]:
    return [
        (each, sales.payer_shown(each.payment), CLAIM_REASON_WORDS[RefundClaim.Reason(each.reason)])
        for each in waiting_claims(shop)[:CLAIMS_SHOWN]
    ]


def _than_before(day: date) -> Words:
    return Words("지난주 {weekday} 이 시각보다", "than last {weekday} at this time").filled(
        weekday=WEEKDAYS_LONG[day.weekday()]
    )


def hours_file(shop: Shop, now: datetime) -> Table:
    """The rows of the page's picture. Raises NotHere where there is none."""
    chart = _hours(shop, now)
    if chart is None:
        raise NotHere
    title = Words("{shop} {day} 시간마다 받은 돈", "{shop} {day} by the hour").filled(
        shop=Words(shop.name_ko, shop.name_en), day=sales.today(now).isoformat()
    )
    return table_of(chart, title)


def _hours(shop: Shop, now: datetime) -> Chart | None:
    """Today's hours beside those of the same weekday a week before; the finding is the title where there is one."""
    day = sales.today(now)
    hours, before = sales.sales_by_hour(shop, day), sales.sales_by_hour(shop, day - WEEK)
    if not any([*hours, *before]):
        return None
    peak = peak_of(hours)
    title = Words("시간마다 받은 돈", "Taken by the hour")
    if peak:
        title = Words(
            "{hour}시부터 두 시간 동안 오늘의 {percent}%가 들어왔어요",
            "{percent}% of today came in the two hours from {hour}:00",
        ).filled(hour=peak.hour, percent=peak.percent)
    how = Words(
        "시간마다 받은 돈에서 취소한 돈을 뺐어요. {time}까지예요",
        "By the hour, less what was given back. Until {time}",
    ).filled(time=kst_time(now))
    weekday = Words("지난주 {weekday}", "Last {weekday}").filled(weekday=WEEKDAYS_LONG[day.weekday()])
    rows = [
        Bar(label=Words(f"{hour}시", f"{hour}:00"), won=hours[hour], beside=before[hour])
        for hour in hours_shown(hours, before)
    ]
    return bars.standing(
        Heading(title, how),
        rows,
        first=Words("시간", "Hour"),
        column=Words("오늘", "Today"),
        beside=weekday if any(before) else "",
    )


def _lines_of_today(shop: Shop, day: date) -> list[Line]:
    payments = [each for each in sales.last_payments(shop) if sales.today(each.authorised_at) == day]
    twice = sales.paid_twice(payments)
    lines = [
        Line(
            at=each.authorised_at,
            icon=ICONS[Status(each.status)],
            title=sales.payer_shown(each),
            won=each.amount,
            state=STATE_WORDS[Status(each.status)],
            client_id=each.client_id,
            twice=each.pk in twice,
        )
        for each in payments
    ]
    lines += [
        Line(
            at=each.promised_at,
            icon="undo",
            title=str(REASON_WORDS[Refund.Reason(each.reason)]),
            won=-each.amount,
            state=REFUND_WORDS[each.state],
            client_id=each.payment.client_id,
        )
        for each in sales.refunds_on(shop, day)
    ]
    return sorted(lines, key=lambda each: each.at, reverse=True)[:LINES_OF_TODAY]
