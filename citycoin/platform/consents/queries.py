"""Reads of consents."""

from __future__ import annotations

from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from citycoin.platform.consents.models import Consent


def consent_in_force(person: Person, city: City, kind: Consent.Kind) -> Consent | None:
    """The consent that the person has given and not taken back, or None."""
    return Consent.objects.filter(person=person, city=city, kind=kind, until=None).first()
