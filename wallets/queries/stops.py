"""Reads of emergency stops: which is on, how far the chain has followed, and which there were."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min, QuerySet

from contracts.models import ChainLog, Contract
from wallets.models import Stop


def stop_of(city_id: int) -> Stop | None:
    """The stop that is on; None while the city's won move."""
    return _in_force().filter(city_id=city_id).first()


def stop_at(slug: str) -> Stop | None:
    """The stop that is on in the city of this slug; None while its won move, or where there is no such city."""
    return _in_force().filter(city__slug=slug).first()


def ended_stops(city_id: int) -> QuerySet[Stop]:
    """The city's stops that are over, newest first, with who stopped and who reviewed."""
    return _stops().filter(city_id=city_id).exclude(ended_at=None)


def stopped_cities() -> list[str]:
    """The slugs of the cities that are stopped now, in the alphabet's order."""
    return sorted(Stop.objects.filter(ended_at=None).values_list("city__slug", flat=True))


def stopped_since() -> datetime | None:
    """When the first of the stops that are on began; None where there is none."""
    first: datetime | None = Stop.objects.filter(ended_at=None).aggregate(first=Min("stopped_at"))["first"]
    return first


def cities_stopped() -> QuerySet[Stop, int]:
    """The keys of the cities that are stopped now."""
    return Stop.objects.filter(ended_at=None).values_list("city", flat=True)


def is_paused(contract: Contract) -> bool:
    """Whether the contract's last word in the final blocks copied is that nothing moves."""
    said = ChainLog.objects.filter(contract=contract, name__in=["Paused", "Unpaused"]).order_by("-pk").first()
    return said is not None and said.name == "Paused"


def state_of(there: Stop | None, contract: Contract) -> str:
    """How far it is: ``free``, ``stopping`` until the chain has paused, ``stopped``, ``going_on`` until the chain moves."""
    if there is None:
        return "free"
    if there.reviewed_at:
        return "going_on"
    return "stopped" if is_paused(contract) else "stopping"


def _in_force() -> QuerySet[Stop]:
    return _stops().filter(ended_at=None)


def _stops() -> QuerySet[Stop]:
    return Stop.objects.select_related("stopped_by__person", "reviewed_by__person").order_by("-pk")
