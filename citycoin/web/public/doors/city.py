"""A city's public pages: how many won there are, where they are, who decided, and how to check it without us."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citycoin.foundation.kernel import clock
from citycoin.money.issuance.queries import figures
from citycoin.platform.cities.queries import city_named
from citycoin.platform.exports.doors.files import exported
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.public.contexts import city as contexts
from citycoin.web.public.contexts import register as of_register
from citycoin.web.public.contexts.register import Filter
from citycoin.web.public.contexts.supply import supply_table
from citycoin.web.public.contexts.terms import terms_page
from contracts.queries import token_of

READABLE = {"ensure_ascii": False}


@require_safe
def city_page(request: HttpRequest, city: str) -> HttpResponse:
    """Whether it adds up, where the money went and what was decided, with the block that it holds for."""
    context = contexts.city_page(city_named(city), clock.now())
    return render(request, "public/city.html", fields_of(context))


@require_safe
def sums(_request: HttpRequest, city: str) -> JsonResponse:
    """The sums for machines. Raises CityNotFounded."""
    said = contexts.figures_json(city_named(city), clock.now())
    return JsonResponse(said, json_dumps_params=READABLE)


@require_safe
def flow(request: HttpRequest, city: str) -> HttpResponseBase:
    """The rows of the picture as a file. Raises CityNotFounded, ExportFormatUnknown."""
    tenant = city_named(city)
    return exported(request, contexts.flow_table(tenant, figures.flow(token_of(tenant.pk))), f"{tenant.slug}-flow")


@require_safe
def supply(request: HttpRequest, city: str) -> HttpResponseBase:
    """What was issued and what went by month, as a file. Raises CityNotFounded, ExportFormatUnknown."""
    tenant, now = city_named(city), clock.now()
    sums = figures.city_figures(token_of(tenant.pk))
    return exported(request, supply_table(tenant, figures.series(tenant.pk, now), sums, now), f"{tenant.slug}-supply")


@require_safe
def terms(request: HttpRequest, city: str) -> HttpResponse:
    """What the words of the public pages mean, and what these pages don't say, and why."""
    return render(request, "public/terms.html", fields_of(terms_page(city_named(city))))


@require_safe
def register(request: HttpRequest, city: str) -> HttpResponse:
    """Issues and decisions; the address holds the filter. Raises FilterWrong."""
    context = of_register.register_page(city_named(city), _filter(request))
    return render(request, "public/register.html", fields_of(context))


@require_safe
def register_entry(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """One entry of the register, at the address that it keeps. Raises EntryUnknown."""
    context = of_register.entry_page(city_named(city), code)
    return render(request, "public/entry.html", fields_of(context))


@require_safe
def register_file(request: HttpRequest, city: str) -> HttpResponseBase:
    """The same, whole, as a file. Raises FilterWrong, ExportFormatUnknown, ExportTooLong."""
    tenant = city_named(city)
    return exported(request, of_register.register_table(tenant, _filter(request)), f"{tenant.slug}-register")


@require_safe
def register_json(request: HttpRequest, city: str) -> JsonResponse:
    """The same for machines. Raises FilterWrong."""
    return JsonResponse(of_register.register_json(city_named(city), _filter(request)), json_dumps_params=READABLE)


def _filter(request: HttpRequest) -> Filter:
    asked = request.GET
    return Filter.of(asked.get("kind", ""), asked.get("since", ""), asked.get("until", ""), asked.get("page", ""))
