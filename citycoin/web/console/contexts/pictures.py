"""The pictures of the console's first page: how the year's cap goes down, and where won were spent.

Sums only, no person: what fewer than five people have spent is hidden by the rule of five (``few_people`` of the kernel).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.urls import reverse
from django.utils.http import urlencode

from citycoin.foundation.bilingual import Words
from citycoin.foundation.calendar_words import MONTHS_SHORT
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.few_people import Group, shown
from citycoin.foundation.sums import short_won
from citycoin.money.issuance.domain.burn_down import BudgetAlertTerms, BurnDown, burn_down, reached_on
from citycoin.money.issuance.queries.budgets import BudgetView
from citycoin.money.issuance.queries.figures import issued_by_day
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import districts_of
from citycoin.platform.exports.domain.charts import table_of
from citycoin.platform.exports.domain.tables import Table
from citycoin.platform.pages.domain.charts import bars, lines
from citycoin.platform.pages.domain.charts.figures import Chart, Heading
from citycoin.platform.pages.domain.lists import Chip, Shape
from merchants.domain.businesses import Category
from merchants.doors.words import CATEGORY_WORDS
from merchants.queries import daily_sums
from merchants.queries.daily_sums import Sums, summed
from merchants.queries.payers import Behind, payers_behind, wallets_by

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
ROWS_SHOWN: Final = 8
POINTS_SHOWN: Final = 53
DECEMBER: Final = 12
WEEKS_OF: Final[Mapping[str, int]] = {"": 12, "4w": 4, "26w": 26}
# A second one is hidden with it, since the sum of all is known.
FEW: Final = Words("5명 미만은 다른 하나와 함께 감춤", "fewer than 5 people hidden, with one more")
PERIODS: Final = Shape(choices={"weeks": [each for each in WEEKS_OF if each]})


# What the pictures are called in their addresses, and as files.
BUDGET: Final = "budget"
NAMES: Final = {
    BUDGET: Words("{city} 남은 예산", "{city} budget left"),
    "weeks": Words("{city} 주마다 쓰인 돈", "{city} spending by week"),
    "categories": Words("{city} 업종별 쓰인 돈", "{city} spending by category"),
    "districts": Words("{city} 지역별 쓰인 돈", "{city} spending by district"),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, and where its rows can be downloaded."""

    chart: Chart
    csv: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """The charts, and the chips of the period that those of spending are of."""

    burn_down: Picture | None  # None where the year has no budget
    periods: list[Chip]
    spending: list[Picture]


def pictures(
    city: City, budget: BudgetView | None, alerts: BudgetAlertTerms, query: Mapping[str, str], now: datetime
) -> Pictures:
    """Of the city, for the weeks that the URL asks for."""
    asked = PERIODS.asked(query)
    weeks = asked.values.get("weeks", "")
    drawn = {
        name: Picture(chart, _file_path(city, name, weeks))
        for name, chart in _charts(city, budget, alerts, weeks, now).items()
    }
    return Pictures(
        burn_down=drawn.pop(BUDGET, None),
        periods=[
            asked.chip("weeks", value, Words("최근 {n}주", "Last {n} weeks").filled(n=n))
            for value, n in WEEKS_OF.items()
        ],
        spending=list(drawn.values()),
    )


def picture_file(
    city: City,
    budget: BudgetView | None,
    alerts: BudgetAlertTerms,
    query: Mapping[str, str],
    name: str,
    *,
    now: datetime,
) -> Table:
    """The rows of one of the pictures, for the weeks that the URL asks for. Raises NotHere."""
    chart = _charts(city, budget, alerts, PERIODS.asked(query).values.get("weeks", ""), now).get(name)
    if chart is None:
        raise NotHere
    return table_of(chart, NAMES[name].filled(city=Words(city.name_ko, city.name_en)))


def _charts(
    city: City, budget: BudgetView | None, alerts: BudgetAlertTerms, asked: str, now: datetime
) -> dict[str, Chart]:
    """Those that there are, by their names."""
    today, weeks = now.astimezone(KST).date(), WEEKS_OF[asked]
    first = _monday(today) - WEEK * (weeks - 1)
    by_week, by_category, by_district = _groups(city, first, today + DAY, weeks)
    spending = {
        "weeks": _by_week(by_week, weeks),
        "categories": _by_category(by_category, weeks),
        "districts": _by_district(city, by_district, weeks),
    }
    if not (budget and budget.cap):
        return spending
    return {BUDGET: _burn_down(city, budget, alerts, today), **spending}


def _file_path(city: City, name: str, weeks: str) -> str:
    path = reverse("console-picture-file", args=[city.slug, name])
    return f"{path}?{urlencode({'weeks': weeks})}" if weeks and name != BUDGET else path


def _burn_down(city: City, budget: BudgetView, alerts: BudgetAlertTerms, today: date) -> Chart:
    begins, ends = (datetime.combine(each, time(), KST) for each in (date(today.year, 1, 1), today + DAY))
    found = burn_down(budget.cap, issued_by_day(city.pk, begins, ends), today)
    year_end = date(today.year, DECEMBER, 31)
    in_year = found.ends if found.ends and found.ends <= year_end else None
    points = [_point(day, left) for day, left in _thinned(found)]
    rest = points[-1].won or 0
    forecast_ends = _point(in_year, 0) if in_year else _point(year_end, found.at_year_end)
    range_ends = [each for each in (found.earliest, found.latest) if each]
    return lines.line(
        Heading(_finding(found, in_year), _how(budget, found, _alerts(budget, found, alerts, today))),
        lines.Line(Words("남은 예산", "Budget left"), tuple(points)),
        first=Words("날", "Day"),
        second=lines.Line(Words("고르게 쓸 때", "If spent evenly"), (points[0], _point(year_end, 0))),
        forecast=lines.Line(Words("지금 속도", "At this pace"), (points[-1], forecast_ends)) if found.a_day else None,
        band=_band(found, rest, today, in_year or year_end) if len(range_ends) > 1 else None,
        ends=lines.Mark(in_year.toordinal(), _short(in_year), Words("소진 예상", "runs out")) if in_year else None,
        dates=list(_months(points[0].at, year_end)),
    )


def _finding(found: BurnDown, in_year: date | None) -> Words:
    if in_year:
        day = _short(in_year)
        return Words("지금 속도면 {day}에 올해 예산이 다 나갑니다", "At this pace the budget is gone on {day}").filled(
            day=day
        )
    if not found.a_day:
        return Words("최근 4주에는 발행한 돈이 없습니다", "Nothing was issued in the last four weeks")
    left = short_won(found.at_year_end)
    return Words("지금 속도면 연말에 {left}이 남습니다", "At this pace {left} is left at the end of the year").filled(
        left=left
    )


def _how(budget: BudgetView, found: BurnDown, alerts: Words) -> Words:
    how = Words(
        "{year}년 예산에서 발행하고 남은 금액, 최근 4주의 하루 평균 {a_day}으로 계산. {alerts}",
        "Left of the budget of {year}, at {a_day} a day as in the last four weeks. {alerts}",
    ).filled(year=budget.year, a_day=short_won(found.a_day), alerts=alerts)
    if not (found.earliest and found.latest):
        return how
    return Words(
        "{how}. 가장 빠른 주와 느린 주의 속도로는 {earliest}에서 {latest} 사이",
        "{how}. By the quickest and the slowest week: {earliest} to {latest}",
    ).filled(how=how, earliest=_short(found.earliest), latest=_long(found.latest))


def _alerts(budget: BudgetView, found: BurnDown, alerts: BudgetAlertTerms, today: date) -> Words:
    """At which shares officials are told, and when the next one comes."""
    steps = Words("알림은 {steps}%에서", "Alerts at {steps} %").filled(steps=", ".join(map(str, alerts.per_cent)))
    following = alerts.following(budget.promised, budget.cap)
    left = found.left[-1][1]
    at = following and reached_on(following, cap=budget.cap, left=left, a_day=found.a_day, today=today)
    if not at or at.year != today.year:
        return steps
    return Words("{steps}, 다음 {share}%는 지금 속도면 {day}", "{steps}; {share} % on {day} at this pace").filled(
        steps=steps, share=following, day=_short(at)
    )


def _band(found: BurnDown, rest: int, today: date, until: date) -> lines.Band:
    """Between the quickest and the slowest week, up to the end of the picture."""
    assert found.earliest
    assert found.latest
    days = (until - today).days
    low, high = (max(0, rest - rest * days // max(1, (each - today).days)) for each in (found.earliest, found.latest))
    ranges = [lines.Range(today.toordinal(), _short(today), rest, rest)]
    if found.earliest < until:
        at = (found.earliest - today).days
        ranges.append(
            lines.Range(
                found.earliest.toordinal(),
                _short(found.earliest),
                0,
                max(0, rest - rest * at // max(1, (found.latest - today).days)),
            )
        )
    ranges.append(lines.Range(until.toordinal(), _short(until), low, high))
    return lines.Band(Words("예상 범위", "Likely"), tuple(ranges))


def _thinned(found: BurnDown) -> list[tuple[date, int]]:
    """So many days that a table of them can be read, the last one among them."""
    step = -(-len(found.left) // POINTS_SHOWN)
    return list(found.left[::-step])[::-1]


def _groups(
    city: City, first: date, following: date, weeks: int
) -> tuple[dict[date, Group], dict[str, Group], dict[str, Group]]:
    """By week, by category and by district: the sums of the days, and how many people paid them, asked for all at once."""
    span = (city.pk, first, following)
    categories, districts = (wallets_by(*span, column) for column in ("category", "district"))
    shops = [wallet for wallets in categories.values() for wallet in wallets]
    by_day = daily_sums.days_of_city(*span)
    begins = [first + WEEK * place for place in range(weeks)]
    in_week = {each: summed(by_day[day] for day in by_day if each <= day < each + WEEK) for each in begins}
    in_category, in_district = daily_sums.categories_of_city(*span), daily_sums.districts_of_city(*span)
    behind: dict[tuple[str, date | str], Behind] = {
        **{("week", each): Behind(shops, each, each + WEEK, sums.payments) for each, sums in in_week.items()},
        **{("category", each): _behind(categories, each, span, sums) for each, sums in in_category.items()},
        **{("district", each): _behind(districts, each, span, sums) for each, sums in in_district.items()},
    }
    people = payers_behind(behind)
    return (
        {each: Group(sums.net, people["week", each]) for each, sums in in_week.items()},
        {each: Group(sums.net, people["category", each]) for each, sums in in_category.items()},
        {each: Group(sums.net, people["district", each]) for each, sums in in_district.items()},
    )


def _behind(wallets: Mapping[str, Sequence[int]], name: str, span: tuple[int, date, date], sums: Sums) -> Behind:
    _, first, following = span
    return Behind(wallets.get(name, ()), first, following, sums.payments)


def _by_week(groups: Mapping[date, Group], weeks: int) -> Chart:
    begins = list(groups)
    spent = shown(groups)
    return bars.standing(
        Heading(
            _of_last_week(spent[begins[-2]], spent[begins[-3]]),
            Words(
                "월요일에 시작하는 {weeks}주, 확정된 결제에서 취소를 뺀 금액, {few}",
                "{weeks} weeks from Mondays, settled payments less refunds; {few}",
            ).filled(weeks=weeks, few=FEW),
        ),
        [bars.Bar(f"{each.month}/{each.day}", won, emphasis=each == begins[-1]) for each, won in spent.items()],
        first=Words("주의 첫날", "Week from"),
        emphasised=Words("이번 주", "This week"),
        others=Words("지난 주들", "Weeks before"),
    )


def _of_last_week(last: int | None, before: int | None) -> Words:
    """Of whole weeks only: this one isn't over."""
    if last is None:
        return Words("지난주에는 쓴 사람이 적어 감췄습니다", "Last week is hidden, for few people spent")
    said = short_won(last)
    if not last or not before:
        return Words("지난주에 {spent}이 쓰였습니다", "{spent} was spent last week").filled(spent=said)
    more = Words(
        "지난주에 {spent}, 그 전주보다 {change} 많이 쓰였습니다",
        "{spent} was spent last week, {change} more than the week before",
    )
    less = Words(
        "지난주에 {spent}, 그 전주보다 {change} 적게 쓰였습니다",
        "{spent} was spent last week, {change} less than the week before",
    )
    return (more if last >= before else less).filled(spent=said, change=short_won(abs(last - before)))


def _by_category(groups: Mapping[str, Group], weeks: int) -> Chart:
    named = {CATEGORY_WORDS[Category(name)]: each for name, each in groups.items()}
    return _lying(named, Words("업종별", "by category"), weeks, first=Words("업종", "Category"))


def _by_district(city: City, groups: Mapping[str, Group], weeks: int) -> Chart:
    english = {each.name_ko: each.name_en for each in districts_of(city)}
    nowhere = Words("지역 없음", "No district")
    named = {Words(name, english.get(name, name)) if name else nowhere: each for name, each in groups.items()}
    return _lying(named, Words("지역별", "by district"), weeks, first=Words("지역", "District"))


def _lying(groups: Mapping[Words, Group], what: Words, weeks: int, *, first: Words) -> Chart:
    """The largest rows, and what is beyond them as one; those that are hidden stand at the end."""
    said = shown(groups)
    known = sorted(((name, won) for name, won in said.items() if won is not None), key=lambda row: -row[1])
    rows = [bars.Bar(name, won) for name, won in known[:ROWS_SHOWN]]
    if len(known) > ROWS_SHOWN:
        rows.append(bars.Bar(Words("나머지", "Others"), sum(won for _, won in known[ROWS_SHOWN:])))
    # By their names: an order by sums would say what is hidden.
    rows += [bars.Bar(name, None) for name in sorted((name for name, won in said.items() if won is None), key=str)]
    in_all = sum(row.won for row in rows if row.won)
    title = Words("아직 쓰인 돈이 없습니다", "Nothing was spent yet")
    if rows and not in_all:
        title = Words("쓴 사람이 적어 아직 나누어 보이지 않습니다", "Too few people yet to show them apart")
    if in_all > 0 and rows[0].won:
        share = rows[0].won * 100 // in_all
        name = rows[0].label
        assert isinstance(name, Words)
        title = Words("쓰인 돈 100원 가운데 {share}원은 {name}", "₩{share} of each ₩100 was spent: {name}").filled(
            share=share, name=name
        )
    how = Words("{what} 쓰인 돈, 최근 {weeks}주, {few}", "Spent {what}, last {weeks} weeks; {few}").filled(
        what=what, weeks=weeks, few=FEW
    )
    return bars.lying(Heading(title, how), rows, first=first)


def _point(day: date, won: int) -> lines.Point:
    return lines.Point(day.toordinal(), _short(day), won)


def _months(first: int, last: date) -> Iterator[lines.Mark]:
    """The first days of months in the picture."""
    for month in range(1, DECEMBER + 1):
        day = date(last.year, month, 1)
        if day.toordinal() >= first:
            yield lines.Mark(day.toordinal(), MONTHS_SHORT[month - 1])


def _short(day: date) -> Words:
    return Words("{month} {day}일", "{day} {month}").filled(month=MONTHS_SHORT[day.month - 1], day=day.day)


def _long(day: date) -> Words:
    return Words("{year}년 {day}", "{day} {year}").filled(year=day.year, day=_short(day))


def _monday(day: date) -> date:
    return day - DAY * day.weekday()
