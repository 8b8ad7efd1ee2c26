"""What every template below a city's address is given: how its city looks, and whether it is stopped."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from citycoin.platform.cities.queries import face_at
from wallets.queries.stops import stop_at


def stopped(request: HttpRequest) -> dict[str, object]:
    """``city_stop``: the stop that is on in the city of the address, read only where a template asks."""
    slug = _city_of(request)
    return {"city_stop": SimpleLazyObject(lambda: stop_at(slug))} if slug else {}


def face(request: HttpRequest) -> dict[str, object]:
    """``face``: the Face of the city of the address, read once and only where a template asks; of no city it is false."""
    slug = _city_of(request)
    return {"face": SimpleLazyObject(lambda: face_at(slug))} if slug else {}


def _city_of(request: HttpRequest) -> str | None:
    return request.resolver_match.kwargs.get("city") if request.resolver_match else None
