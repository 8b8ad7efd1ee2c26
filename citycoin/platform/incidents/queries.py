"""Reads of incidents."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from citycoin.platform.incidents.models import Incident


def incidents_of(city_id: int) -> QuerySet[Incident]:
    """Every incident of the city, newest first."""
    return Incident.objects.filter(city_id=city_id).order_by("-pk")


def open_incidents(city_id: int) -> QuerySet[Incident]:
    """The city's incidents that nobody has looked at, newest first."""
    return incidents_of(city_id).filter(closed_at=None)


def open_since(city_id: int) -> list[datetime]:
    """When each that nobody has looked at was noticed, the oldest first."""
    return list(open_incidents(city_id).order_by("pk").values_list("noticed_at", flat=True))


def closed_incidents(city_id: int) -> QuerySet[Incident]:
    """The city's incidents that were closed with a finding, newest first."""
    return incidents_of(city_id).exclude(closed_at=None)


def open_incidents_of_all_cities() -> int:
    """How many nobody has looked at, in the whole installation."""
    return Incident.objects.filter(closed_at=None).count()
