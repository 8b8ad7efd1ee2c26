"""Reads of incidents."""

from __future__ import annotations

from django.db.models import QuerySet

from wallets.models import Incident


def incidents_of(city_id: int) -> QuerySet[Incident]:
    """Every incident of the city, newest first."""
    return Incident.objects.filter(city_id=city_id).order_by("-pk")
