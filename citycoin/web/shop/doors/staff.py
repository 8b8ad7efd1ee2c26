"""The owner's pages: who works in the shop, and which devices stand at its counters. And a device's own: pairing."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.http.errors import FieldsWrong, status_of
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.text import Name
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.cities.queries import city_named
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.shop.contexts.staff import PairPage, device_page, devices_page, grouped, staff_page
from citycoin.web.shop.doors.permissions import for_staff
from merchants.models import Counter, Staff
from merchants.operations import counters, staffing
from merchants.queries.access import Access
from merchants.queries.staff import counter_named, part_named

# A device stays paired until it is revoked; browsers keep no cookie longer than this.
COOKIE_SECONDS = 400 * 24 * 60 * 60
PAIRING = "pairing_codes"


@require_http_methods(["GET", "POST"])
@for_staff(Staff.Role.OWNER)
def staff(request: HttpRequest, access: Access) -> HttpResponse:
    """Everybody who works here; POST adds somebody by phone number."""
    if request.method == "GET":
        return _staff_page(request, access)
    typed = request.POST.get("phone", "")
    try:
        role, now = _role(request), clock.now()
        person = person_of_phone(phone=digits_of(typed), now=now)
        staffing.add_staff(shop=access.shop, person=person, role=role, now=now)
    except CityCoinError as no:
        return _staff_page(request, access, error=no, phone=typed)
    return redirect("shop-staff", access.shop.city.slug, access.shop.pk)


@require_POST
@for_staff(Staff.Role.OWNER)
def one_of_staff(request: HttpRequest, access: Access, part_id: int) -> HttpResponse:
    """Another role (``role``), or no part any more (``end``)."""
    part = part_named(access.shop, part_id)
    try:
        if "end" in request.POST:
            staffing.end_part(part=part, now=clock.now())
        else:
            staffing.change_role(part=part, role=_role(request), now=clock.now())
    except CityCoinError as no:
        return _staff_page(request, access, error=no)
    return redirect("shop-staff", access.shop.city.slug, access.shop.pk)


@require_http_methods(["GET", "POST"])
@for_staff(Staff.Role.OWNER)
def devices(request: HttpRequest, access: Access) -> HttpResponse:
    """The shop's devices; POST names a new one and shows its pairing code."""
    if request.method == "GET":
        return _devices_page(request, access)
    typed = request.POST.get("name", "")
    try:
        name = Name(typed, longest=counters.LONGEST_NAME)
        made = counters.add_counter(shop=access.shop, name=name, now=clock.now())
    except CityCoinError as no:
        return _devices_page(request, access, error=no, name=typed)
    return _to_code(request, access, made)


@require_http_methods(["GET", "POST"])
@for_staff(Staff.Role.OWNER)
def device(request: HttpRequest, access: Access, counter_id: int) -> HttpResponse:
    """A device that waits to be paired: its code as QR and text. POST makes another code."""
    counter = counter_named(access.shop, counter_id)
    if request.method == "POST":
        return _to_code(request, access, counters.renew_pairing(counter=counter, now=clock.now()))
    context = device_page(access, counter, code=_kept_code(request, counter), now=clock.now())
    return render(request, "shop/device.html", fields_of(context))


@require_POST
@for_staff(Staff.Role.OWNER)
def revoke_device(request: HttpRequest, access: Access, counter_id: int) -> HttpResponse:
    """From now on the device is nobody."""
    counters.revoke(counter=counter_named(access.shop, counter_id), now=clock.now())
    return redirect("shop-devices", access.shop.city.slug, access.shop.pk)


@require_safe
def pair_by_hand(request: HttpRequest, city: str) -> HttpResponse:
    """Where a device without a camera types the code."""
    tenant = city_named(city)
    if code := counters.plain(request.GET.get("code", "")):
        return redirect("pair", city, grouped(code))
    return render(request, "shop/pair.html", fields_of(PairPage(city=tenant)))


@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """The device says yes, and is the shop's counter from then on. A link alone pairs nothing."""
    tenant, now = city_named(city), clock.now()
    try:
        if request.method == "GET":
            waiting = counters.counter_to_pair(city_id=tenant.pk, code=code, now=now)
            context = PairPage(city=tenant, counter=waiting, code=code)
            return render(request, "shop/pair.html", fields_of(context))
        paired = counters.pair(city_id=tenant.pk, code=code, now=now)
    except CityCoinError as no:
        context = PairPage(city=tenant, error=no, typed=code)
        return render(request, "shop/pair.html", fields_of(context), status=status_of(type(no)))
    answer = redirect("shop-counter", city, paired.counter.shop_id)
    answer.set_cookie(
        settings.COUNTER_COOKIE_NAME,
        paired.text,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )
    return answer


def _to_code(request: HttpRequest, access: Access, made: counters.PairingSecret) -> HttpResponse:
    """The code itself is kept in its owner's session alone, so that a reload shows it again."""
    request.session[PAIRING] = {str(made.counter.pk): made.text}
    return redirect("shop-device", access.shop.city.slug, access.shop.pk, made.counter.pk)


def _kept_code(request: HttpRequest, counter: Counter) -> str:
    """The device's code where this session made it last; empty where another has taken its place."""
    code: str = request.session.get(PAIRING, {}).get(str(counter.pk), "")
    return code if code and bytes(counter.pairing_hash) == counters.hash_of(code) else ""


def _role(request: HttpRequest) -> Staff.Role:
    asked = request.POST.get("role", "")
    if asked not in Staff.Role.values:
        raise FieldsWrong(fields=["role"])
    return Staff.Role(asked)


def _staff_page(
    request: HttpRequest, access: Access, *, error: CityCoinError | None = None, phone: str = ""
) -> HttpResponse:
    context = staff_page(access, me=request.user.pk, phone=phone, error=error)
    return render(request, "shop/staff.html", fields_of(context), status=status_of(type(error)) if error else 200)


def _devices_page(
    request: HttpRequest, access: Access, *, error: CityCoinError | None = None, name: str = ""
) -> HttpResponse:
    context = devices_page(access, clock.now(), name=name, error=error)
    return render(request, "shop/devices.html", fields_of(context), status=status_of(type(error)) if error else 200)
