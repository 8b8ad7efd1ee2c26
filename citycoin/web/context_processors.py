"""What every template below a city's address is given of the ledger."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from wallets.queries.stops import stop_at


def stopped(request: HttpRequest) -> dict[str, object]:
    """``city_stop``: the stop that is on in the city of the address, read only where a template asks."""
    slug = request.resolver_match.kwargs.get("city") if request.resolver_match else None
    if slug is None:
        return {}
    return {"city_stop": SimpleLazyObject(lambda: stop_at(slug))}
