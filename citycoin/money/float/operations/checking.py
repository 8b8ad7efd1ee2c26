"""Sums up a city's float, and writes down what was found."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from citycoin.foundation.fault_points import commits
from citycoin.money.float.domain.sums import Float
from citycoin.money.float.models import FloatCheck
from citycoin.money.float.queries.checks import LOOKS_THAT_COUNT
from citycoin.money.float.queries.sums import float_of
from citycoin.platform.incidents import operations as incidents
from citycoin.platform.incidents.models import Incident

DIFFERS: Final = "float_differs"


def check(*, city_id: int, now: datetime) -> FloatCheck:
    """Sum the city's float up and keep what was found."""
    return _keep(city_id, float_of(city_id), now)


@commits("check_float")
def _keep(city_id: int, found: Float, now: datetime) -> FloatCheck:
    """The city's one row. A difference that is seen twice is an incident, and so is another one that takes its place."""
    row = FloatCheck.objects.filter(city_id=city_id).select_related("incident").first() or FloatCheck(city_id=city_id)
    row.bank, row.owed, row.lines, row.checked_at = found.bank, found.owed, found.said(), now
    if not found.difference:
        row.differs_since, row.looks, row.incident = None, 0, None
    else:
        row.differs_since, row.looks = row.differs_since or now, row.looks + 1
        if row.looks >= LOOKS_THAT_COUNT and not _is_of(row.incident, found.difference):
            facts = {"difference": found.difference, "bank": found.bank, "owed": found.owed}
            row.incident = incidents.report(city_id, DIFFERS, facts, now=now)
    row.save()
    return row


def _is_of(incident: Incident | None, difference: int) -> bool:
    return incident is not None and incident.details["difference"] == difference
