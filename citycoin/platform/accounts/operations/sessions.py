"""Where an official is signed in: noted as it is used, listed for them, and ended from any other browser of theirs."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.contrib.sessions.models import Session

from citycoin.platform.accounts.models import OfficialSession, Person
from citycoin.platform.accounts.queries import NotHere

AGENT_LENGTH = 300


def note(*, person: Person, session_key: str, browser: str, agent: str, now: datetime) -> None:
    """Write down that this session is in use; the first time, with whether its browser is a new one of theirs."""
    if OfficialSession.objects.filter(session_key=session_key, person=person).update(seen_at=now):
        return
    mark = hashlib.sha256(browser.encode()).digest()
    earlier = OfficialSession.objects.filter(person=person)
    facts = {
        "person": person,
        "browser": mark,
        "agent": agent[:AGENT_LENGTH],
        "is_new": earlier.exists() and not earlier.filter(browser=mark).exists(),
        "since": now,
        "seen_at": now,
    }
    OfficialSession.objects.get_or_create(session_key=session_key, defaults=facts)


def end(*, person: Person, number: int) -> None:
    """Their session of this number ends: its next request goes to the sign-in. Raises NotHere for one that isn't theirs."""
    row = OfficialSession.objects.filter(person=person, pk=number).first()
    if row is None:
        raise NotHere
    Session.objects.filter(session_key=row.session_key).delete()


def end_others(*, person: Person, but: str) -> None:
    """All of theirs end, except the one with the key ``but``."""
    others = OfficialSession.objects.filter(person=person).exclude(session_key=but)
    Session.objects.filter(session_key__in=others.values("session_key")).delete()
