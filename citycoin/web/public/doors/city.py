"""A city's public page: how many won there are, where they are, and how to check it without us."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citycoin.foundation.kernel import clock
from citycoin.platform.cities.queries import city_named
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.public import contexts


@require_safe
def city_page(request: HttpRequest, city: str) -> HttpResponse:
    """Issued, in circulation, cap and shops, from the books, with the block that they hold for."""
    context = contexts.city_page(city_named(city), clock.now())
    return render(request, "public/city.html", fields_of(context))
