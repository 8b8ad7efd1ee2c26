"""Reads of the officials' keys on chain, and of what they decided."""

from __future__ import annotations

from django.db.models import QuerySet

from citycoin.money.issuance.models import Decision, Official


def officials_of(city_id: int) -> QuerySet[Official]:
    """The officials of the moment."""
    return Official.objects.filter(city_id=city_id, until=None)


def decision_state(decision: Decision) -> str:
    """``waiting`` (for payments in flight), ``carrying``, ``final`` or ``reverted``."""
    if decision.submission is None:
        return "reverted" if decision.given_up_at else "waiting"
    if decision.submission.is_under_way:
        return "carrying"
    return "reverted" if decision.submission.went_wrong else "final"
