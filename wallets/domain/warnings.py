"""When somebody is told that won of theirs lapse soon: some days before their last day, each once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from citycoin.foundation.kernel.clock import KST

DAYS_BEFORE: Final = (30, 7, 1)


def next_warning(expires_at: datetime, *, after: datetime) -> datetime | None:
    """The first of the moments that lies after this one; None where none is left.

    ``expires_at`` is the first moment that is too late, a midnight as a rule. The moment of N days begins the day that lies N
    days before the last one.
    """
    moments = (expires_at - timedelta(days=days + 1) for days in DAYS_BEFORE)
    return min((each for each in moments if each > after), default=None)


def days_said(expires_at: datetime, *, now: datetime) -> int:
    """Which of the warnings is due: the latest whose moment has come, however late it is told."""
    return min(days for days in DAYS_BEFORE if expires_at - timedelta(days=days + 1) <= now)


def last_day(expires_at: datetime) -> date:
    """The last day of Seoul on which they can be spent."""
    return (expires_at.astimezone(KST) - timedelta(seconds=1)).date()
