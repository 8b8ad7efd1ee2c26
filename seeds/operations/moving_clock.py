"""The demo's clock goes forward: days pass for people, books and chain alike (docs/decisions/0040)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from citycoin.foundation.kernel import clock
from citycoin.foundation.moved_clock import MovedClock
from citycoin.foundation.waiting import wait_while_moving
from contracts.domain.gateway import DevelopmentNode
from seeds.queries.what_ends import in_flight

PATIENCE_SECONDS: Final = 60


def wait_for_what_is_in_flight(say: Callable[[float], None]) -> None:
    """Until the chain has answered all that it was sent: what was signed for today would be too late afterwards.

    ``say`` is called now and then with the seconds that this has taken. Raises Stalled, which says what doesn't end.
    """
    wait_while_moving(
        lambda: not in_flight(), signs=in_flight, what="what is in flight", patience_seconds=PATIENCE_SECONDS, say=say
    )


def move_clock(by: timedelta, *, file: MovedClock, node: DevelopmentNode) -> datetime:
    """The chain first, then everybody; returns the moment that it is now. Raises ChainUnavailable: nothing has moved.

    Ended in between, the chain alone is ahead, where every signature still holds; the same call again brings the others along.
    """
    node.set_clock(clock.now() + by)
    file.move(by)
    return clock.now()
