"""Days on which Korean banks work, and which of them a sale is paid out on by itself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

import holidays

from citycoin.foundation.kernel.clock import KST

A_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5
# The hour of Seoul from which a day's payouts are ordered: banks make transfers then, and people are there to ask.
PAID_FROM: Final = time(9)


@cache
def _public_holidays(year: int) -> frozenset[date]:
    """By 관공서의 공휴일에 관한 규정, substitute days and elections among them, and 1 May, when banks are closed."""
    return frozenset(holidays.country_holidays("KR", years=year, categories=("public", "bank")))


def is_banking_day(day: date, further: Collection[date] = ()) -> bool:
    """Whether banks work on it. ``further``: days off that the kept list doesn't know, such as 임시공휴일."""
    return day.weekday() < SATURDAY and day not in _public_holidays(day.year) and day not in further


def banking_day_after(day: date, further: Collection[date] = (), *, count: int = 1) -> date:
    """The so-manyth banking day after it."""
    for _ in range(count):
        day += A_DAY
        while not is_banking_day(day, further):
            day += A_DAY
    return day


def first_day_kept(payday: date, bank_days: int, further: Collection[date] = ()) -> date:
    """The first day whose sales are paid out on a later banking day than ``payday``, which is one itself.

    A day's sales are paid out on the ``bank_days``-th banking day after it: all days before this one are due by ``payday``.
    """
    day = payday
    for _ in range(bank_days - 1):
        day -= A_DAY
        while not is_banking_day(day, further):
            day -= A_DAY
    return day


def begins(day: date) -> datetime:
    """Its first moment in Seoul."""
    return datetime.combine(day, time(), KST)


def ordered_from(day: date) -> datetime:
    """The moment from which its payouts are ordered."""
    return datetime.combine(day, PAID_FROM, KST)
