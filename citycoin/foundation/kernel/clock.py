"""The clock: read at the doors, and passed inwards as ``now``."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

KST = ZoneInfo("Asia/Seoul")


def now() -> datetime:
    """The moment, with its zone."""
    return datetime.now(UTC)


def fiscal_year(moment: datetime) -> int:
    """The Korean fiscal year, which is the calendar year in Seoul (Local Finance Act, art. 6)."""
    return moment.astimezone(KST).year
