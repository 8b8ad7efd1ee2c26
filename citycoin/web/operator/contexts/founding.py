"""What the operator has to do for officials who begin: changes of keys that wait for founding keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from citycoin.money.issuance.queries import official_keys, proposals
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import all_cities
from contracts.domain.address_words import ComparedAddress, compared


@dataclass(frozen=True, slots=True)
class FoundingStep:
    """A change of a key that founding keys may sign, and the command that signs it."""

    city: City
    proposal: int
    who: str
    incoming: ComparedAddress
    command: str


def founding_steps(now: datetime) -> list[FoundingStep]:
    """Of every city that still has founding keys, the changes that are open, the first one first."""
    return [
        FoundingStep(
            city=city,
            proposal=each.pk,
            who=str(each.proposed_by.person.username),
            incoming=compared(each.facts["incoming"]),
            command=f"./city manage sign_with_founding_keys {city.slug}",
        )
        for city in all_cities()
        if official_keys.founding_addresses(city.pk)
        for each in proposals.rotations_under_way(city.pk, now)
        if each.status == proposals.OPEN
    ]
