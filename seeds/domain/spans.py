"""A span of time as somebody types it: +30d, +12h, +90m."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

SPAN: Final = re.compile(r"\+([1-9][0-9]{0,4})([dhm])", re.ASCII)
UNITS: Final = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
# Won lapse five years after they were issued: a jump may go beyond that.
LONGEST: Final = timedelta(days=6 * 366)


class SpanWrong(ValueError):
    """What was typed is no span of time forward that this system can live through."""


def span_of(text: str) -> timedelta:
    """So long, up to six years. Raises SpanWrong."""
    if found := SPAN.fullmatch(text.strip()):
        span = int(found[1]) * UNITS[found[2]]
        if span <= LONGEST:
            return span
    raise SpanWrong(f"{text!r} is no span of time: +30d, +12h or +90m, six years at most. The clock goes forward only.")
