"""Incidents: what should not have happened, written down for the officials, looked at, and closed with what was found."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import NotFound
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Official
from citycoin.platform.audit import operations as audit
from citycoin.platform.audit.operations import ReasonMissing
from citycoin.platform.incidents.models import Incident

log = logging.getLogger(__name__)


class IncidentUnknown(NotFound):
    """The city has no such open incident."""

    code = "incident_unknown"
    ko = "그런 열린 사고가 없습니다. 목록을 새로 고쳐 주십시오."
    en = "There is no such open incident. Please reload the list."


def report(city_id: int | None, what: str, details: Mapping[str, object], *, now: datetime) -> Incident:
    """Write an incident down, in the caller's transaction. ``details`` name rows and addresses, and nothing personal."""
    incident = Incident.objects.create(city_id=city_id, what=what, details=dict(details), noticed_at=now)
    log.error("incident %d, %s in city %s: %s", incident.pk, what, city_id, details)
    return incident


@commits("close_incident")
def close_incident(*, incident_id: int, official: Official, finding: str, now: datetime) -> Incident:
    """Close it with what was found. Raises ReasonMissing, IncidentUnknown."""
    incident = locked(Incident.objects.filter(pk=incident_id, city_id=official.city_id, closed_at=None)).first()
    if incident is None:
        raise IncidentUnknown
    if not finding.strip():
        raise ReasonMissing
    incident.closed_at = now
    incident.save(update_fields=["closed_at"])
    facts = {"incident": incident.pk, "what": incident.what, "reason": finding.strip()}
    audit.record(city_id=official.city_id, official=official, act="incident.closed", facts=facts, now=now)
    return incident
