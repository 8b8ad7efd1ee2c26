"""Reads of the officials' keys on chain, and of what they decided."""

from __future__ import annotations

from django.db.models import QuerySet

from citycoin.money.issuance.models import Decision, Official
from contracts.models import Submission
from contracts.queries import submission_of


def officials_of(city_id: int) -> QuerySet[Official]:
    """The officials of the moment."""
    return Official.objects.filter(city_id=city_id, until=None)


def decision_state(decision: Decision) -> str:
    """``carrying``, ``final`` or ``reverted``."""
    submission = submission_of(decision.intent)
    if submission is None or submission.status in (Submission.Status.SIGNED, Submission.Status.SENT):
        return "carrying"
    return "final" if submission.status == Submission.Status.FINAL else "reverted"
