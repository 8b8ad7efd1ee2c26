"""Reads of how an official's browser came to be bound."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from citycoin.money.issuance.models import OfficialKey, Proposal
from citycoin.money.issuance.queries import official_keys, proposals
from citycoin.platform.accounts.models import Official


def rotations_proposed_by(official: Official) -> QuerySet[Proposal]:
    """The changes of a key that this official has proposed, newest first."""
    return proposals.proposals_of(official.city_id).filter(proposed_by=official, kind=Proposal.Kind.ROTATION)


def binding_text(official: Official) -> str:
    """What a browser signs to prove that it holds the key; the page shows it."""
    return f"City coin: this browser signs for {official.person.username} in {official.city.slug}"


def replaceable(official: Official, now: datetime) -> list[OfficialKey]:
    """Officials' keys that theirs may replace: their own, or else founding ones, then their colleagues'."""
    theirs = {key.address for key in proposals.keys_in_force(official)}
    going = outgoing_keys(official, now)
    free = [each for each in official_keys.official_keys_of(official.city_id) if each.address not in going]
    if theirs:
        return [each for each in free if each.address in theirs]
    return sorted(free, key=lambda each: (not each.founding, each.pk))


def outgoing_keys(official: Official, now: datetime) -> set[str]:
    """Keys that other officials' changes under way replace."""
    under_way = proposals.rotations_under_way(official.city_id, now)
    mine_open = {each.pk for each in under_way if each.proposed_by_id == official.pk and each.status == proposals.OPEN}
    return {each.facts["outgoing"] for each in under_way if each.pk not in mine_open}
