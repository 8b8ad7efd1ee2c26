"""What the page of the official's sessions shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from citycoin.foundation.bilingual import Words
from citycoin.platform.accounts.domain.browsers import browser_of
from citycoin.platform.accounts.models import Official, OfficialSession
from citycoin.platform.accounts.queries import live_sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsPage:
    """Where the official is signed in: each browser in words, and whether it is this one; ``others``: there are more."""

    rows: Sequence[tuple[OfficialSession, Words, bool]]
    others: bool


def sessions_page(official: Official, *, this_session: str, now: datetime) -> SessionsPage:
    """The official's sessions at ``now``, seen from the one with that key."""
    rows = [
        (each, browser_of(each.agent), each.session_key == this_session) for each in live_sessions(official.person, now)
    ]
    return SessionsPage(rows=rows, others=len(rows) > 1)
