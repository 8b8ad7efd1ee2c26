"""The public list of a city's shops, and the way into it: an application."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from citycoin.foundation.http.errors import status_of
from citycoin.foundation.http.forms import CodeField, NameField, OneOfNames, PageForm
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.text import whole_number
from citycoin.platform.accounts.doors.permissions import for_people, signed_in
from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import city_named, districts_of
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.shop.contexts.shops import about_page, application_page, apply_page, has_wallet, shops_page
from merchants.domain.businesses import Business, Category
from merchants.models import ShopApplication
from merchants.operations import applications
from merchants.queries.access import jobs_of
from merchants.queries.applications import ApplicationUnknown, application_of
from merchants.queries.shops import shop_listed


class ApplicationForm(PageForm):
    """A business as its owner describes it; whether its number is one, the operation says."""

    name_ko = NameField()
    name_en = NameField()
    business_number = CodeField(required=False)
    district = NameField(longest=40)
    category = forms.TypedChoiceField(choices=[(each.value, each.name) for each in Category], coerce=Category)

    def __init__(self, city: City, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known := districts_of(city):
            self.fields["district"] = OneOfNames(choices=[(each.name_ko, each.name_en) for each in known])

    def business(self) -> Business:
        """What was typed. Raises FieldsWrong."""
        return Business(**self.said())


@require_safe
def shops(request: HttpRequest, city: str) -> HttpResponse:
    """Every shop that takes the city's money; and for who is signed in, their own.

    Somebody who works in one shop here and pays nobody came for their counter, unless they look for something.
    """
    tenant, person = city_named(city), signed_in(request)
    if person is not None and not request.GET and not has_wallet(tenant, person):
        mine = [job for job in jobs_of(person) if job.city_id == tenant.pk]
        if len(mine) == 1:
            return redirect("shop-counter", city, mine[0].pk)
    asked = {name: request.GET.get(name, "") for name in ("q", "category", "district")}
    return render(request, "shop/shops.html", fields_of(shops_page(tenant, person, **asked)))


@require_safe
def about(request: HttpRequest, city: str, shop_id: int) -> HttpResponse:
    """One shop of the list."""
    shop = shop_listed(city_named(city).pk, shop_id)
    return render(request, "shop/about.html", fields_of(about_page(shop, signed_in(request), now=clock.now())))


@require_http_methods(["GET", "POST"])
@for_people
def apply(request: HttpRequest, person: Person, city: str) -> HttpResponse:
    """A business applies; a rejected application is mended here and handed in again."""
    tenant = city_named(city)
    before = _application(tenant, person, whole_number(request.GET.get("again", "")))
    if request.method == "GET":
        initial = model_to_dict(before) if before else None
        return _form(request, tenant, ApplicationForm(tenant, initial=initial), before)
    form = ApplicationForm(tenant, request.POST)
    try:
        made = applications.apply_for_shop(city=tenant, applicant=person, business=form.business(), now=clock.now())
    except CityCoinError as no:
        return _form(request, tenant, form, before, error=no)
    return redirect("shop-application", city, made.pk)


@require_safe
@for_people
def application(request: HttpRequest, person: Person, city: str, application_id: int) -> HttpResponse:
    """Where an application stands, and why."""
    tenant = city_named(city)
    found = application_of(tenant.pk, person, application_id)
    return render(request, "shop/application.html", fields_of(application_page(tenant, found)))


def _application(city: City, person: Person, application_id: int | None) -> ShopApplication | None:
    """Theirs of that number, which they mend."""
    if application_id is None:
        return None
    try:
        return application_of(city.pk, person, application_id)
    except ApplicationUnknown:
        return None


def _form(
    request: HttpRequest,
    city: City,
    form: ApplicationForm,
    before: ShopApplication | None,
    *,
    error: CityCoinError | None = None,
) -> HttpResponse:
    context = apply_page(city, form.typed(), before, error=error)
    return render(request, "shop/apply.html", fields_of(context), status=status_of(type(error)) if error else 200)
