"""Writes of consents."""

from __future__ import annotations

from datetime import datetime

from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from citycoin.platform.consents.models import Consent


def agree(*, person: Person, city: City, kind: Consent.Kind, agreed: bool, now: datetime) -> None:
    """Write down that the person agrees, or takes it back; agreeing twice keeps the first moment."""
    if agreed:
        Consent.objects.get_or_create(person=person, city=city, kind=kind, until=None, defaults={"since": now})
    else:
        Consent.objects.filter(person=person, city=city, kind=kind, until=None).update(until=now)
