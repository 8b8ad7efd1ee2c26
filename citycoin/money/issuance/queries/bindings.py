"""Reads of how an official's browser came to be bound."""

from __future__ import annotations

from django.db.models import QuerySet

from citycoin.money.issuance.models import Proposal
from citycoin.money.issuance.queries.proposals import proposals_of
from citycoin.platform.accounts.models import Official


def rotations_proposed_by(official: Official) -> QuerySet[Proposal]:
    """The changes of a key that this official has proposed, newest first."""
    return proposals_of(official.city_id).filter(proposed_by=official, kind=Proposal.Kind.ROTATION)
