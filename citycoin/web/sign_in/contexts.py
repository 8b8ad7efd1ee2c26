"""What a page of signing in shows beside its form: the shop and the amount that a code named, before any number is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.urls import Resolver404, resolve

from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import Face, city_named, face_at
from merchants.domain.codes import Scanned, code_in_link
from merchants.models import Shop
from merchants.queries.shops import payable


@dataclass(frozen=True, slots=True)
class Wanted:
    """The payment that somebody signs in for. ``amount``: in won, 0 where they type it; ``seconds_left`` of its request."""

    shop: Shop
    amount: int
    seconds_left: int

    @property
    def minutes_left(self) -> int:
        """Begun ones count."""
        return ceil(self.seconds_left / 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """Where the person wanted to be: in which city, and to pay whom; None where it is no page of a city, or of a payment."""

    city: City | None
    face: Face | None
    wanted: Wanted | None


def sign_in_page(onwards: str, now: datetime) -> SignInPage:
    """What is known of the path ``onwards``. A code that can't be paid is no payment here: its own page says why."""
    try:
        match = resolve(onwards.partition("?")[0])
        city = city_named(str(match.kwargs["city"]).lower())
    except (Resolver404, KeyError, CityCoinError):
        return SignInPage(city=None, face=None, wanted=None)
    face = face_at(city.slug)
    wanted = _wanted(city, str(match.kwargs["code"]), now) if "code" in match.kwargs else None
    return SignInPage(city=city, face=face, wanted=wanted)


def _wanted(city: City, code: str, now: datetime) -> Wanted | None:
    try:
        found = payable(city, Scanned(code_in_link(code)))
    except CityCoinError:
        return None
    if found.request is None:
        return Wanted(found.shop, amount=0, seconds_left=0)
    left = ceil((found.request.expires_at - now).total_seconds())
    return Wanted(found.shop, amount=found.request.amount, seconds_left=max(left, 0))
