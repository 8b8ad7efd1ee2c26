"""The owner's pages: who works in the shop, and which devices stand at its counters. And a device's own: pairing."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.http.errors import FieldsWrong, status_of
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.domain.phones import digits_of, masked
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.accounts.queries import name_of, phone_of
from citycoin.platform.cities.queries import city_named
from citycoin.web.shop.domain import qr
from citycoin.web.shop.doors.permissions import for_staff
from merchants.doors.words import ROLE_WORDS
from merchants.models import Staff
from merchants.operations import counters, staffing
from merchants.queries.access import Access
from merchants.queries.staff import counter_named, counters_of, part_named, staff_of

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
    try:
        made = counters.add_counter(shop=access.shop, name=request.POST.get("name", ""), now=clock.now())
    except CityCoinError as no:
        return _devices_page(request, access, error=no)
    return _to_code(request, access, made)


@require_http_methods(["GET", "POST"])
@for_staff(Staff.Role.OWNER)
def device(request: HttpRequest, access: Access, counter_id: int) -> HttpResponse:
    """A device that waits to be paired: its code as QR and text. POST makes another code."""
    counter = counter_named(access.shop, counter_id)
    if request.method == "POST":
        return _to_code(request, access, counters.renew_pairing(counter=counter, now=clock.now()))
    code = request.session.get(PAIRING, {}).get(str(counter.pk), "")
    waits = counter.paired_at is None and counter.pairing_expires_at > clock.now()
    right = code and bytes(counter.pairing_hash) == counters.hash_of(code)
    link = (
        settings.PUBLIC_URL + reverse("pair", args=[access.shop.city.slug, _grouped(code)]) if waits and right else ""
    )
    context = {
        **_shared(access, "devices"),
        "counter": counter,
        "code": _grouped(code) if link else "",
        "svg": qr.svg(link) if link else "",
        "pair_page": settings.PUBLIC_URL + reverse("pair-by-hand", args=[access.shop.city.slug]),
    }
    return render(request, "shop/device.html", context)


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
        return redirect("pair", city, _grouped(code))
    return render(request, "shop/pair.html", {"city": tenant})


@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """The device says yes, and is the shop's counter from then on. A link alone pairs nothing."""
    tenant, now = city_named(city), clock.now()
    try:
        if request.method == "GET":
            waiting = counters.counter_to_pair(city_id=tenant.pk, code=code, now=now)
            return render(request, "shop/pair.html", {"city": tenant, "counter": waiting, "code": code})
        paired = counters.pair(city_id=tenant.pk, code=code, now=now)
    except CityCoinError as no:
        context = {"city": tenant, "error": no, "typed": code}
        return render(request, "shop/pair.html", context, status=status_of(type(no)))
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


def _grouped(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"


def _role(request: HttpRequest) -> Staff.Role:
    asked = request.POST.get("role", "")
    if asked not in Staff.Role.values:
        raise FieldsWrong(fields=["role"])
    return Staff.Role(asked)


def _staff_page(
    request: HttpRequest, access: Access, *, error: CityCoinError | None = None, phone: str = ""
) -> HttpResponse:
    people = [
        {
            "part": part,
            # Whoever types a number must not learn whose it is.
            "name": masked(name) if (name := name_of(part.person)) else "",
            "phone": phone_of(part.person),
            "role": str(ROLE_WORDS[Staff.Role(part.role)]),
            "is_me": part.person_id == request.user.pk,
        }
        for part in staff_of(access.shop)
    ]
    roles = [(role.value, str(words)) for role, words in ROLE_WORDS.items()]
    context = {**_shared(access, "staff"), "people": people, "roles": roles, "error": error, "phone": phone}
    return render(request, "shop/staff.html", context, status=status_of(type(error)) if error else 200)


def _devices_page(request: HttpRequest, access: Access, *, error: CityCoinError | None = None) -> HttpResponse:
    now = clock.now()
    shown = [(each, each.paired_at is None and each.pairing_expires_at <= now) for each in counters_of(access.shop)]
    context = {**_shared(access, "devices"), "counters": shown, "error": error}
    return render(request, "shop/devices.html", context, status=status_of(type(error)) if error else 200)


def _shared(access: Access, tab: str) -> dict[str, object]:
    return {"city": access.shop.city, "access": access, "shop": access.shop, "tab": tab}
