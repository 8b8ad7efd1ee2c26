"""Reads of people."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Final

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from citycoin.foundation import vault
from citycoin.foundation.kernel.errors import NotFound
from citycoin.platform.accounts.domain.phones import shown
from citycoin.platform.accounts.models import Official, OfficialSession, Operator, Person, SignInCode, TextMessage

PHONE_OWNER = "phone"
RESEND_AFTER: Final = timedelta(seconds=30)


class NotHere(NotFound):
    """The page is not there for this person; whether it is for another isn't said."""

    code = "not_here"
    ko = "볼 수 있는 페이지가 아니에요. 주소를 확인하거나 처음부터 다시 들어와 주세요."
    en = "There is no such page for you. Please check the address or start again."


def phone_fingerprint(digits: str) -> bytes:
    """What finds the person of a phone, and says nothing without the key outside the database."""
    return vault.fingerprint(digits, owner=PHONE_OWNER)


def seconds_to_next_code(phone: str, now: datetime) -> int:
    """How long the phone (digits) waits until it may be sent another code; 0 once the last one was used."""
    last = SignInCode.objects.filter(phone_fingerprint=phone_fingerprint(phone)).order_by("sent_at").last()
    if last is None or last.used_at:
        return 0
    return max(ceil((last.sent_at + RESEND_AFTER - now).total_seconds()), 0)


def texts_are_sent() -> bool:
    """Whether there is a gateway for text messages: the demo's inbox is the only one yet."""
    return settings.DEMO


def phone_of(person: Person) -> str:
    """``010-1234-5678``; empty where they sign in by name."""
    return _opened(person.phone_sealed, "phone", person)


def name_of(person: Person) -> str:
    """What they are called; empty where they haven't said."""
    return _opened(person.name_sealed, "name", person)


def totp_secret_of(person: Person) -> str:
    """Base 32, as their authenticator knows it; empty where they have none."""
    return _opened(person.totp_sealed, "totp", person)


def seal_owner(what: str, person: Person) -> str:
    """The text that a person's secrets are sealed for."""
    return f"{what} of {person.uid}"


def official_of(city_id: int, person: Person) -> Official:
    """The office that the person holds in this city now. Raises NotHere."""
    found = Official.objects.select_related("city", "person").filter(city_id=city_id, person=person, until=None).first()
    if found is None:
        raise NotHere
    return found


def officials_of(city_id: int) -> QuerySet[Official]:
    """Those who work for the city now."""
    return Official.objects.filter(city_id=city_id, until=None)


def offices_of(person: Person) -> list[Official]:
    """Where the person works."""
    return list(Official.objects.select_related("city").filter(person=person, until=None).order_by("pk"))


def live_sessions(person: Person, now: datetime) -> QuerySet[OfficialSession]:
    """Those that still open the console, the last used first."""
    resting_since = now - timedelta(seconds=settings.OFFICIAL_IDLE_SECONDS)
    kept = Session.objects.filter(expire_date__gt=now).values("session_key")
    rows = OfficialSession.objects.filter(person=person, session_key__in=kept, seen_at__gt=resting_since)
    return rows.order_by("-seen_at")


def new_browsers(person: Person, *, but: str, since: datetime) -> QuerySet[OfficialSession]:
    """Sign-ins from browsers that were new to them, except the session with the key ``but``."""
    rows = OfficialSession.objects.filter(person=person, is_new=True, since__gt=since)
    return rows.exclude(session_key=but).order_by("-since")


def operator_numbered(number: int) -> Operator | None:
    """The operator with this key; None for one who is an operator no longer."""
    return Operator.objects.filter(pk=number, until=None).first()


def messages(at_most: int) -> list[tuple[str, str, datetime]]:
    """The last text messages: phone, text, when. For the demo's inbox alone."""
    rows = TextMessage.objects.order_by("-pk")[:at_most]
    return [
        (
            shown(vault.unseal(bytes(row.phone_sealed), owner="message").decode()),
            vault.unseal(bytes(row.text_sealed), owner="message").decode(),
            row.written_at,
        )
        for row in rows
    ]


def _opened(sealed: bytes | memoryview | None, what: str, person: Person) -> str:
    return vault.unseal(bytes(sealed), owner=seal_owner(what, person)).decode() if sealed else ""
