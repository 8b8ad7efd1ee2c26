"""What the owner's pages of staff and devices show, and a device's own page of pairing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.domain.phones import masked
from citycoin.platform.accounts.queries import name_of, phone_of
from citycoin.platform.cities.models import City
from citycoin.web.shop.contexts.frame import ShopPage
from citycoin.web.shop.domain import qr
from merchants.doors.words import ROLE_WORDS
from merchants.models import Counter, Staff
from merchants.queries.access import Access
from merchants.queries.staff import counters_of, staff_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who works in the shop, their name masked: whoever types a number must not learn whose it is."""

    part: Staff
    name: str
    phone: str
    role: str
    is_me: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPage(ShopPage):
    """Everybody who works here, and the form with the number that was refused."""

    people: Sequence[Colleague]
    roles: Sequence[tuple[str, str]]
    error: CityCoinError | None
    phone: str
    tab: str = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicesPage(ShopPage):
    """The shop's devices, each with whether its pairing code is too old; and the form with the name that was refused."""

    counters: Sequence[tuple[Counter, bool]]
    error: CityCoinError | None
    name: str
    tab: str = "devices"


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePage(ShopPage):
    """One device and its pairing code as text and SVG; both are empty where the code can't be shown any more."""

    counter: Counter
    code: str
    svg: str
    pair_page: str
    tab: str = "devices"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPage:
    """The device that a code would pair; or the field for a code, with why the one that was typed was refused."""

    city: City
    counter: Counter | None = None
    code: str = ""
    error: CityCoinError | None = None
    typed: str = ""


def staff_page(access: Access, *, me: int | None, phone: str = "", error: CityCoinError | None = None) -> StaffPage:
    """The shop's staff; ``me`` is the reader's key."""
    return StaffPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        people=[_colleague(part, me) for part in staff_of(access.shop)],
        roles=[(role.value, str(words)) for role, words in ROLE_WORDS.items()],
        error=error,
        phone=phone,
    )


def _colleague(part: Staff, me: int | None) -> Colleague:
    name = name_of(part.person)
    return Colleague(
        part=part,
        name=masked(name) if name else "",
        phone=phone_of(part.person),
        role=str(ROLE_WORDS[Staff.Role(part.role)]),
        is_me=part.person_id == me,
    )


def devices_page(access: Access, now: datetime, *, name: str = "", error: CityCoinError | None = None) -> DevicesPage:
    """The shop's devices at ``now``."""
    return DevicesPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        counters=[
            (each, each.paired_at is None and each.pairing_expires_at <= now) for each in counters_of(access.shop)
        ],
        error=error,
        name=name,
    )


def device_page(access: Access, counter: Counter, *, code: str, now: datetime) -> DevicePage:
    """A device of the shop; ``code`` is the one that pairs it, or empty where this session doesn't know it."""
    slug = access.shop.city.slug
    waits = counter.paired_at is None and counter.pairing_expires_at > now
    said = grouped(code) if code and waits else ""
    return DevicePage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        counter=counter,
        code=said,
        svg=qr.svg(settings.PUBLIC_URL + reverse("pair", args=[slug, said])) if said else "",
        pair_page=settings.PUBLIC_URL + reverse("pair-by-hand", args=[slug]),
    )


def grouped(code: str) -> str:
    """``ABCD-EFGH``, as a person reads it aloud."""
    return f"{code[:4]}-{code[4:]}"
