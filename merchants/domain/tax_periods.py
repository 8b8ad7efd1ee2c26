"""Periods of the value added tax, and the tax that prices of a general taxpayer contain. No database.

Sources: the Value Added Tax Act of Korea (부가가치세법), art. 5 (periods), 29 (7) (a price that doesn't say so contains the
tax, and 100/110 of it are the value), 30 (10 per cent), 37 (what is paid is the tax on sales less that on purchases),
48 and 49 (the first three months of a period are reported by themselves, the whole of it at its end).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from citycoin.foundation.kernel.clock import months_through
from citycoin.foundation.kernel.text import day_of

# The months of each part of a year, the last one included.
PARTS: Final = {"": (1, 12), "h1": (1, 6), "h2": (7, 12), "q1": (1, 3), "q2": (4, 6), "q3": (7, 9), "q4": (10, 12)}
DECEMBER: Final = 12
_NAMED: Final = re.compile(r"([0-9]{4})(?:-([hq][1-4]))?")
# Of 110 parts of a price 10 are tax: an eleventh.
PARTS_OF_A_PRICE: Final = 11


@dataclass(frozen=True, slots=True)
class TaxPeriod:
    """A year or a part of one: days from ``first`` until before ``following``. ``name`` as an address says it (``2026-h2``)."""

    name: str
    first: date
    following: date

    @property
    def part(self) -> str:
        """``h1``, ``h2``, ``q1`` to ``q4``; empty for a whole year."""
        return self.name.partition("-")[2]

    @property
    def months(self) -> list[date]:
        """The first days of its months."""
        return [each for each in months_through(self.first, self.following) if each < self.following]


@dataclass(frozen=True, slots=True)
class Taxed:
    """Won that were taken, tax included, as the value of what was sold and the tax on it; both below zero after more refunds."""

    value: int
    tax: int

    @property
    def price(self) -> int:
        """Both together: exactly what was taken."""
        return self.value + self.tax


def tax_period(name: str) -> TaxPeriod | None:
    """The period that ``2026``, ``2026-h1`` (1기), ``2026-q3`` names; None for anything else."""
    found = _NAMED.fullmatch(name)
    if found is None or (found[2] or "") not in PARTS:
        return None
    first_month, last_month = PARTS[found[2] or ""]
    first = day_of(f"{found[1]}-{first_month:02}-01")
    return TaxPeriod(name, first, _after(first.year, last_month)) if first else None


def half_of(day: date) -> TaxPeriod:
    """The half-year (과세기간, art. 5) with this day."""
    half = "h1" if day.month < PARTS["h2"][0] else "h2"
    first, last = PARTS[half]
    return TaxPeriod(f"{day.year}-{half}", date(day.year, first, 1), _after(day.year, last))


def quarters_of(half: TaxPeriod) -> tuple[TaxPeriod, TaxPeriod]:
    """The months of the preliminary return (예정신고, art. 48), and those that the final one (확정신고, art. 49) adds."""
    names = ("q1", "q2") if half.part == "h1" else ("q3", "q4")
    year = half.first.year
    earlier, later = (
        TaxPeriod(f"{year}-{each}", date(year, PARTS[each][0], 1), _after(year, PARTS[each][1])) for each in names
    )
    return earlier, later


def taxed(price: int) -> Taxed:
    """The price of a general taxpayer in its two parts: the tax is an eleventh, less than a won left off towards zero."""
    tax = abs(price) // PARTS_OF_A_PRICE
    tax = tax if price >= 0 else -tax
    return Taxed(price - tax, tax)


def taxed_months(prices: Sequence[int]) -> list[Taxed]:
    """The prices of months in turn, so that their parts sum to those of all together, to the won.

    The tax is reckoned of the sum from the first month on; a month has what is added. So a month's tax is within a won of
    that of its own price, and only the whole period is rounded.
    """
    months, before, so_far = [], Taxed(0, 0), 0
    for price in prices:
        so_far += price
        now = taxed(so_far)
        months.append(Taxed(now.value - before.value, now.tax - before.tax))
        before = now
    return months


def _after(year: int, month: int) -> date:
    """The first day of the month after."""
    return date(year + 1, 1, 1) if month == DECEMBER else date(year, month + 1, 1)
