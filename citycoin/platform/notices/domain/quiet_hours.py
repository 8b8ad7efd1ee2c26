"""When a text message may come: news not between nine in the evening and eight in the morning, in Seoul."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from citycoin.foundation.kernel.clock import KST
from citycoin.platform.notices.domain.kinds import MEANINGS, Kind

# Act on Promotion of Information and Communications Network Utilization, art. 50 (3): what is sent for advertising needs a
# consent of its own between 21:00 and 08:00. What we send is no advertising, and keeps to the same hours.
MORNING: Final = time(8)
EVENING: Final = time(21)


def first_allowed(moment: datetime) -> datetime:
    """The moment itself by day; in the quiet hours the eight o'clock at which they end."""
    local = moment.astimezone(KST)
    if MORNING <= local.time() < EVENING:
        return moment
    day = local.date() + timedelta(days=1 if local.time() >= EVENING else 0)
    return datetime.combine(day, MORNING, KST)


def text_moment(kind: Kind, moment: datetime) -> datetime:
    """When what is told at ``moment`` may go out as a text message."""
    return moment if MEANINGS[kind].night else first_allowed(moment)
