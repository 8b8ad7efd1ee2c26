"""The clock: read at the doors, and passed inwards as ``now``."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

KST = ZoneInfo("Asia/Seoul")


_ahead: Callable[[], timedelta] = timedelta


def now() -> datetime:
    """The moment, with its zone."""
    return datetime.now(UTC) + _ahead()


def run_ahead(by: Callable[[], timedelta]) -> None:
    """From now on every moment is the machine's and so much later, asked for anew each time: a demo's clock can be moved."""
    global _ahead  # noqa: PLW0603 - one clock a process, set once as it starts
    _ahead = by


def fiscal_year(moment: datetime) -> int:
    """The Korean fiscal year, which is the calendar year in Seoul (Local Finance Act, art. 6)."""
    return moment.astimezone(KST).year


def month_of(moment: datetime) -> date:
    """The first day of its month in Seoul."""
    return moment.astimezone(KST).date().replace(day=1)


def months_through(first: date, last: date) -> Iterator[date]:
    """The first days of the months from that of ``first`` to that of ``last``, both of them among these."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def milliseconds(moment: datetime) -> int:
    """Since 1970, as scripts count."""
    return int(moment.timestamp() * 1000)
