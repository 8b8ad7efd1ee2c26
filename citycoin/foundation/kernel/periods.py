"""Periods as the law counts them: by the calendar of Seoul, to the end of their last day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, Self, get_args

from citycoin.foundation.kernel.clock import KST

Unit = Literal["years", "months", "days"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
# A hundred years in each unit.
LONGEST: Final[Mapping[Unit, int]] = {"years": 100, "months": 1_200, "days": 36_500}
MONTHS: Final = 12  # of a year


class PeriodWrong(ValueError):
    """No unit of the calendar, or not a whole number of it within bounds."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole years, months or days, up to a hundred years.

    Civil Act of Korea, arts. 157, 159 and 160: the day on which it begins isn't counted. Years and months go by the calendar,
    whatever their length, to the eve of the day that bears the first counted day's number, or to the last month's end where
    that month has no such day. The last day counts whole. Art. 161 (a last day that is a holiday) is left out: won can be
    spent and proposals decided on any day.
    """

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise PeriodWrong(f"one of {', '.join(UNITS)} is needed")
        # bool is an int in Python.
        if type(self.count) is not int or not 1 <= self.count <= LONGEST[self.unit]:
            raise PeriodWrong(
                f"{self.unit}: a whole number from 1 to {LONGEST[self.unit]} is needed, not {self.count!r}"
            )

    @classmethod
    def of(cls, said: object) -> Self:
        """The period that a rule writes as ``{ years = 5 }``. Raises PeriodWrong."""
        if not isinstance(said, Mapping) or len(said) != 1:
            raise PeriodWrong(f"exactly one of {', '.join(UNITS)} is needed")
        ((unit, count),) = said.items()
        return cls(count, unit)

    def said(self) -> dict[str, int]:
        """As a rule writes it; ``of`` reads it again."""
        return {self.unit: self.count}

    def ends_after(self, start: datetime) -> datetime:
        """The midnight of Seoul that ends the period which begins with ``start``: the first moment no longer within."""
        first = start.astimezone(KST).date() + timedelta(days=1)
        match self.unit:
            case "years":
                until = _months_later(first, self.count * MONTHS)
            case "months":
                until = _months_later(first, self.count)
            case "days":
                until = first + timedelta(days=self.count)
        return datetime.combine(until, time(), KST)

    def last_day(self, start: datetime) -> date:
        """The last day of Seoul within."""
        return self.ends_after(start).date() - timedelta(days=1)

    def last_second(self, start: datetime) -> int:
        """The last second within, since 1970: what a contract is told that takes this second, too."""
        return int(self.ends_after(start).timestamp()) - 1


def _months_later(first: date, months: int) -> date:
    """The day of the same number so many months later; the first of the month after where that month has none."""
    year, month = divmod(first.year * MONTHS + first.month - 1 + months, MONTHS)
    days = monthrange(year, month + 1)[1]
    if first.day <= days:
        return date(year, month + 1, first.day)
    return date(year, month + 1, days) + timedelta(days=1)
