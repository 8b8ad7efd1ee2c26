"""What every template below a city's address is given: how its city looks, whether it is stopped, and what waits to be read."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.queries import face_at
from citycoin.platform.notices.queries import unread
from wallets.queries.stops import stop_at


def stopped(request: HttpRequest) -> dict[str, object]:
    """``city_stop``: the stop that is on in the city of the address, read only where a template asks."""
    slug = _city_of(request)
    return {"city_stop": SimpleLazyObject(lambda: stop_at(slug))} if slug else {}


def face(request: HttpRequest) -> dict[str, object]:
    """``face``: the Face of the city of the address, read once and only where a template asks; of no city it is false."""
    slug = _city_of(request)
    return {"face": SimpleLazyObject(lambda: face_at(slug))} if slug else {}


def notices(request: HttpRequest) -> dict[str, object]:
    """``unread_notices``: how many notices of this city whoever is signed in hasn't read, counted only where a template asks."""
    slug, person = _city_of(request), request.user
    if not slug or not isinstance(person, Person):
        return {}
    return {"unread_notices": SimpleLazyObject(lambda: unread(person, slug))}


def _city_of(request: HttpRequest) -> str | None:
    return request.resolver_match.kwargs.get("city") if request.resolver_match else None
