"""What the page of the emergency stop shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from citycoin.platform.accounts.models import Official
from contracts.queries import token_of
from wallets.models import Stop
from wallets.queries import stops

LISTED: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPage:
    """The stop that is on and how far it is, those before it, and what was typed into the forms."""

    there: Stop | None
    state: str
    is_mine: bool
    past: Sequence[Stop]
    reason: str
    review: str


def stop_page(official: Official, *, reason: str, review: str) -> StopPage:
    """The stops of the official's city."""
    there = stops.stop_of(official.city_id)
    return StopPage(
        there=there,
        state=stops.state_of(there, token_of(official.city_id)),
        is_mine=there is not None and there.stopped_by.person_id == official.person_id,
        past=list(stops.ended_stops(official.city_id)[:LISTED]),
        reason=reason,
        review=review,
    )
