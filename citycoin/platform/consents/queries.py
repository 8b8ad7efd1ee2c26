"""Reads of consents."""

from __future__ import annotations

from dataclasses import dataclass

from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from citycoin.platform.consents.domain import ConsentText, text_of, texts_in_force
from citycoin.platform.consents.models import Consent


@dataclass(frozen=True, slots=True)
class Standing:
    """One text, and the consent to it that is in force: None where it was never given or is taken back.

    The text is the version that was agreed to, else the newest.
    """

    text: ConsentText
    given: Consent | None


def standings_of(person: Person, city: City) -> list[Standing]:
    """Every text with the person's consent to it, in the order in which they are asked."""
    rows = {each.kind: each for each in Consent.objects.filter(person=person, city=city, until=None)}
    return [_standing(text, rows.get(text.kind)) for text in texts_in_force()]


def _standing(newest: ConsentText, given: Consent | None) -> Standing:
    return Standing(text_of(given.kind, given.version) if given else newest, given)
