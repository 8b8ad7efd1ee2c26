"""How a year's cap goes down day by day, and when nothing is left of it at the pace of the last weeks. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import Field, field_validator

from citycoin.platform.rules.domain import RuleKind, Terms

DAY: Final = timedelta(days=1)
WEEK_DAYS: Final = 7
# The pace is that of the last four weeks, and the likely range that of the slowest and the quickest among them.
WEEKS: Final = 4


class BudgetAlertTerms(Terms):
    """``per_cent``: shares of the year's cap, ascending. Officials are told when so much is issued or promised; the last is urgent."""

    per_cent: list[Annotated[int, Field(ge=1, le=100)]] = Field(min_length=1, max_length=5)

    @field_validator("per_cent")
    @classmethod
    def ascends(cls, said: list[int]) -> list[int]:
        """Each is above the one before."""
        if said != sorted({*said}):
            raise ValueError("each share has to be above the one before")
        return said

    def passed(self, used: int, cap: int) -> int | None:
        """The highest share that ``used`` won of ``cap`` have reached."""
        return max((each for each in self.per_cent if used * 100 >= cap * each), default=None)

    def following(self, used: int, cap: int) -> int | None:
        """The lowest share that they haven't."""
        return min((each for each in self.per_cent if used * 100 < cap * each), default=None)


BUDGET_ALERT: Final = RuleKind("budget_alert", BudgetAlertTerms, BudgetAlertTerms(per_cent=[70, 85, 95]))


@dataclass(frozen=True, slots=True)
class BurnDown:
    """Won left of the cap at the end of each day from the day before the first issue, and days on which none is left.

    ``ends`` at the pace of the last weeks, ``earliest`` and ``latest`` at that of the quickest and the slowest of them; None
    where nothing was issued, ``latest`` also where a week had no issue, and both of them where there is one week only.
    ``at_year_end``: what is left on the last day at the same pace, at least zero.
    """

    left: Sequence[tuple[date, int]]
    a_day: int
    ends: date | None
    earliest: date | None
    latest: date | None
    at_year_end: int


def burn_down(cap: int, issued: Mapping[date, int], today: date) -> BurnDown:
    """Of ``cap`` won for the year of ``today``, of which ``issued`` won went out on each day of it."""
    first = min(issued, default=today)
    left, days = [(first - DAY, cap)], (today - first).days + 1
    for day in (first + DAY * place for place in range(days)):
        left.append((day, left[-1][1] - issued.get(day, 0)))
    rates = _rates(issued, first, today)
    pace = sum(won for won, _ in rates) // max(1, sum(days for _, days in rates))
    rest, weekly = max(0, left[-1][1]), [won // days for won, days in rates]
    several = len(weekly) > 1
    year_end = date(today.year, 12, 31)
    return BurnDown(
        left=left,
        a_day=pace,
        ends=_end(rest, pace, today),
        earliest=_end(rest, max(weekly), today) if several else None,
        latest=_end(rest, min(weekly), today) if several else None,
        at_year_end=max(0, rest - pace * (year_end - today).days),
    )


def reached_on(share_per_cent: int, *, cap: int, left: int, a_day: int, today: date) -> date | None:
    """The day on which so much of ``cap`` is gone, at so many won ``a_day`` and with ``left`` won today; None for never."""
    # Rounded up: the share is reached by the last won of it.
    return _end(max(0, left - (cap - -(-cap * share_per_cent // 100))), a_day, today)


def _rates(issued: Mapping[date, int], first: date, today: date) -> list[tuple[int, int]]:
    """[(won, days)] of the last weeks, the last one first; a week in which issuing began counts its days from then on."""
    found = []
    for back in range(WEEKS):
        last = today - timedelta(days=WEEK_DAYS * back)
        days = min(WEEK_DAYS, (last - first).days + 1)
        if days <= 0:
            break
        found.append((sum(issued.get(last - DAY * each, 0) for each in range(days)), days))
    return found


def _end(rest: int, a_day: int, today: date) -> date | None:
    if a_day <= 0:
        return None
    days = -(-rest // a_day)
    return today + DAY * days if days <= (date.max - today).days else None
