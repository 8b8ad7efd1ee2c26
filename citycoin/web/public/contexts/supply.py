"""A city's won by month: what was issued and what went, what goes round, and the same rows to take along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.calendar_words import MONTHS_SHORT
from citycoin.foundation.sums import short_won
from citycoin.money.issuance.queries.figures import CityFigures, MonthFigures, Series
from citycoin.platform.cities.models import City
from citycoin.platform.exports.domain.tables import Column, Kind, Table
from citycoin.platform.pages.domain.charts import bars, lines
from citycoin.platform.pages.domain.charts.figures import Chart, Heading, table
from citycoin.platform.pages.templatetags.pages import kst

MONTH: Final = Words("달", "Month")
ISSUED: Final = Words("발행", "Issued")
BENEFIT: Final = Words("그중 혜택", "Of it, benefits")
GONE: Final = Words("사라짐", "Gone")
ISSUED_IN_ALL: Final = Words("처음부터 발행", "Issued since the beginning")
CIRCULATING: Final = Words("돌고 있음", "In circulation")
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Supply:
    """The two pictures, the benefits in all, and by how many won the months miss what the wallets hold."""

    flows: Chart
    levels: Chart
    benefit: int
    difference: int


def supply_of(series: Series, sums: CityFigures, now: datetime) -> Supply | None:
    """As of the books' last block, asked at ``now``; None before the first issue."""
    if not series.months:
        return None
    as_of = _as_of(sums, now)
    return Supply(_flows(series.months, as_of), _levels(series.months, as_of), series.benefit, series.difference)


def supply_table(city: City, series: Series, sums: CityFigures, now: datetime) -> Table:
    """All that the pictures show, a row a month."""
    return Table(
        title=Words("{city} 달마다 발행하고 사라진 돈", "{city}: issued and gone by month").filled(
            city=Words(city.name_ko, city.name_en)
        ),
        columns=[
            Column(MONTH, Kind.DAY),
            *(Column(each, Kind.WON) for each in (ISSUED, BENEFIT, GONE)),
            *(Column(each, Kind.BALANCE) for each in (ISSUED_IN_ALL, CIRCULATING)),
        ],
        rows=[
            (each.month, each.issued, each.benefit, each.gone, each.issued_in_all, each.circulating)
            for each in series.months
        ],
        lines=[_as_of(sums, now)],
    )


def months_json(series: Series) -> list[dict[str, Any]]:
    """As machines read it; won."""
    return [
        {
            "month": f"{each.month:%Y-%m}",
            "issued": each.issued,
            "benefit": each.benefit,
            "gone": each.gone,
            "issued_in_all": each.issued_in_all,
            "circulating": each.circulating,
        }
        for each in series.months
    ]


def _as_of(sums: CityFigures, now: datetime) -> Words:
    return Words("블록 {block}까지, {at} 기준", "Up to block {block}, as of {at}").filled(block=sums.block, at=kst(now))


def _flows(months: Sequence[MonthFigures], as_of: Words) -> Chart:
    last = months[-1]
    title = Words("이번 달에는 발행한 돈이 없어요", "Nothing was issued this month")
    if last.issued:
        title = Words(
            "이번 달에 {issued}을 발행했고, 그중 {benefit}은 혜택이에요",
            "{issued} was issued this month; {benefit} of it is benefits",
        ).filled(issued=short_won(last.issued), benefit=short_won(last.benefit))
    how = Words(
        "달마다 발행한 돈과, 0 아래로 사라진 돈. {as_of}",
        "Issued each month and, below zero, gone. {as_of}",
    ).filled(as_of=as_of)
    drawn = bars.stacked(
        Heading(title, how),
        [
            bars.Part(Words("발행, 혜택 빼고", "Issued, without benefits"), "f1"),
            bars.Part(Words("혜택", "Benefits"), "p-dot"),
            bars.Part(GONE, "p-line"),
        ],
        [bars.Stack(_short(each.month), (each.issued - each.benefit, each.benefit, -each.gone)) for each in months],
        first=MONTH,
    )
    rows = [(_long(each.month), (each.issued, each.benefit, each.gone, each.circulating)) for each in months]
    return replace(drawn, table=table(MONTH, [ISSUED, BENEFIT, GONE, CIRCULATING], rows))


def _levels(months: Sequence[MonthFigures], as_of: Words) -> Chart:
    last = months[-1]
    heading = Heading(
        Words(
            "발행 {issued}에서 사라진 {gone}을 빼면 {circulating}이 돌고 있어요",
            "{issued} issued less {gone} gone: {circulating} in circulation",
        ).filled(
            issued=short_won(last.issued_in_all),
            gone=short_won(last.issued_in_all - last.circulating),
            circulating=short_won(last.circulating),
        ),
        Words(
            "달이 끝날 때마다의 금액. 두 선의 사이가 사라진 돈이에요. {as_of}",
            "At the end of each month; between the lines is what is gone. {as_of}",
        ).filled(as_of=as_of),
    )
    begins = months[0].month
    starts = lines.Point(begins.toordinal(), Words("처음", "Beginning"), 0)
    ends = [(_end(each.month), each) for each in months]
    return lines.line(
        heading,
        lines.Line(
            CIRCULATING,
            (starts, *(lines.Point(at.toordinal(), _long(each.month), each.circulating) for at, each in ends)),
        ),
        second=lines.Line(
            ISSUED_IN_ALL,
            (starts, *(lines.Point(at.toordinal(), _long(each.month), each.issued_in_all) for at, each in ends)),
        ),
        first=MONTH,
        dates=[lines.Mark(each.month.toordinal(), _short(each.month)) for each in months],
    )


def _end(month: date) -> date:
    """The first day of the month that follows."""
    return (month + 31 * DAY).replace(day=1)


def _short(month: date) -> Words:
    """January names its year, too, so that a picture of several years can be read."""
    if month.month > 1:
        return MONTHS_SHORT[month.month - 1]
    return Words("{year}년 {month}", "{month} {year}").filled(year=month.year, month=MONTHS_SHORT[0])


def _long(month: date) -> Words:
    return Words("{year}년 {month}", "{month} {year}").filled(year=month.year, month=MONTHS_SHORT[month.month - 1])
