"""The public list of a city's shops, and the way into it: an application."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from citycoin.foundation.http.errors import FieldsWrong, status_of
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.doors.permissions import for_people, signed_in
from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import city_named, districts_of
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.shop.contexts.shops import application_page, apply_page, shops_page
from merchants.domain.business_number import digits_of
from merchants.models import Category, ShopApplication
from merchants.operations import applications
from merchants.operations.shops import Business
from merchants.queries.applications import ApplicationUnknown, application_of

LONGEST_NAME = 60
LONGEST_DISTRICT = 40


@require_safe
def shops(request: HttpRequest, city: str) -> HttpResponse:
    """Every shop that takes the city's money; and for who is signed in, their own."""
    tenant, person = city_named(city), signed_in(request)
    context = shops_page(tenant, person, q=request.GET.get("q", ""), category=request.GET.get("category", ""))
    return render(request, "shop/shops.html", fields_of(context))


@require_http_methods(["GET", "POST"])
@for_people
def apply(request: HttpRequest, person: Person, city: str) -> HttpResponse:
    """A business applies; a rejected application is mended here and handed in again."""
    tenant = city_named(city)
    before = _application(tenant, person, request.GET.get("again", ""))
    if request.method == "GET":
        filled = {name: str(getattr(before, name)) for name in _FIELDS} if before else {}
        return _form(request, tenant, filled, before)
    typed = {name: request.POST.get(name, "").strip() for name in _FIELDS}
    try:
        business = _business(tenant, typed)
        made = applications.apply_for_shop(city=tenant, applicant=person, business=business, now=clock.now())
    except CityCoinError as no:
        return _form(request, tenant, typed, before, error=no)
    return redirect("shop-application", city, made.pk)


@require_safe
@for_people
def application(request: HttpRequest, person: Person, city: str, application_id: int) -> HttpResponse:
    """Where an application stands, and why."""
    tenant = city_named(city)
    found = application_of(tenant.pk, person, application_id)
    return render(request, "shop/application.html", fields_of(application_page(tenant, found)))


_FIELDS = ("name_ko", "name_en", "business_number", "district", "category")


def _application(city: City, person: Person, application_id: str) -> ShopApplication | None:
    """Theirs of that number, which they mend."""
    if not re.fullmatch(r"[0-9]{1,18}", application_id):
        return None
    try:
        return application_of(city.pk, person, int(application_id))
    except ApplicationUnknown:
        return None


def _form(
    request: HttpRequest,
    city: City,
    typed: dict[str, str],
    before: ShopApplication | None,
    *,
    error: CityCoinError | None = None,
) -> HttpResponse:
    context = apply_page(city, typed, before, error=error)
    return render(request, "shop/apply.html", fields_of(context), status=status_of(type(error)) if error else 200)


def _business(city: City, typed: dict[str, str]) -> Business:
    """Raises FieldsWrong where something is missing or too long; the number is the operation's to judge."""
    known = {each.name_ko for each in districts_of(city)}
    good = {
        "name_ko": 0 < len(typed["name_ko"]) <= LONGEST_NAME,
        "name_en": 0 < len(typed["name_en"]) <= LONGEST_NAME,
        "district": typed["district"] in known if known else 0 < len(typed["district"]) <= LONGEST_DISTRICT,
        "category": typed["category"] in Category.values,
    }
    if wrong := [name for name, right in good.items() if not right]:
        raise FieldsWrong(fields=wrong)
    number = digits_of(typed["business_number"])
    return Business(typed["name_ko"], typed["name_en"], number, typed["district"], Category(typed["category"]))
