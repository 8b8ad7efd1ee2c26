"""Who asks for a shop's page: its staff by their session, or a counter's device by its cookie."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from citycoin.foundation.http import errors
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.doors.permissions import SignedOut, signed_in, to_sign_in
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.cities.queries import city_named
from merchants.models import Staff
from merchants.queries.access import Access, access_of_counter, membership_of

More = ParamSpec("More")
View = Callable[Concatenate[HttpRequest, Access, More], HttpResponseBase]
Door = Callable[..., HttpResponseBase]


def for_staff(role: Staff.Role) -> Callable[[View[More]], Door]:
    """A page for staff with at least this role; to others it isn't there. Who hasn't signed in does so first."""

    def door(view: View[More]) -> Door:
        @wraps(view)
        def asked(request: HttpRequest, city: str, shop_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person = signed_in(request)
            if person is None:
                return to_sign_in(request, "sign-in")
            access = membership_of(city_named(city).pk, shop_id, person)
            if not access.allows(role):
                raise NotHere
            return view(request, access, *args, **kwargs)

        return asked

    return door


def for_counter(view: View[More]) -> Door:
    """A page for all staff and for the shop's own devices."""

    @wraps(view)
    def asked(request: HttpRequest, city: str, shop_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        access = access_at_counter(request, city_named(city).pk, shop_id)
        if access is None:
            return to_sign_in(request, "sign-in")
        answer = view(request, access, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    return asked


def for_counter_script(view: View[More]) -> Door:
    """What a counter's page fetches: refusals are problems, also to whoever didn't ask for such."""

    @wraps(view)
    def asked(request: HttpRequest, city: str, shop_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            access = access_at_counter(request, city_named(city).pk, shop_id)
            if access is None:
                raise SignedOut(sign_in=reverse("sign-in"))
            answer = view(request, access, *args, **kwargs)
        except CityCoinError as no:
            answer = errors.answer(no)
        answer["Cache-Control"] = "no-store"
        return answer

    return asked


def access_at_counter(request: HttpRequest, city_id: int, shop_id: int) -> Access | None:
    """By the session, else by the device's cookie; None where there is neither. Raises NotHere, CounterUnknown."""
    person, token = signed_in(request), request.COOKIES.get(settings.COUNTER_COOKIE_NAME, "")
    if person is not None:
        try:
            return membership_of(city_id, shop_id, person)
        except NotHere:
            if not token:
                raise
    return access_of_counter(city_id, shop_id, token) if token else None
