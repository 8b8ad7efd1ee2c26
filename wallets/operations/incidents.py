"""Incidents as cases of the officials: looked at, and closed with what was found."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from citycoin.foundation.kernel.errors import NotFound
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Officer
from citycoin.platform.audit import operations as audit
from citycoin.platform.audit.operations import ReasonMissing
from wallets.models import Incident


class IncidentUnknown(NotFound):
    """The city has no such open incident."""

    code = "incident_unknown"
    ko = "그런 열린 사고가 없습니다."
    en = "There is no such open incident."


def incidents_of(city_id: int) -> QuerySet[Incident]:
    """Every incident of the city, newest first."""
    return Incident.objects.filter(city_id=city_id).order_by("-pk")


@transaction.atomic
def close_incident(*, incident_id: int, officer: Officer, finding: str, now: datetime) -> Incident:
    """Close it with what was found. Raises ReasonMissing, IncidentUnknown."""
    incident = locked(Incident.objects.filter(pk=incident_id, city_id=officer.city_id, closed_at=None)).first()
    if incident is None:
        raise IncidentUnknown
    if not finding.strip():
        raise ReasonMissing
    incident.closed_at = now
    incident.save(update_fields=["closed_at"])
    facts = {"incident": incident.pk, "what": incident.what, "reason": finding.strip()}
    audit.record(city_id=officer.city_id, officer=officer, act="incident.closed", facts=facts, now=now)
    return incident
