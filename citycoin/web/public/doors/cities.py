"""The first page: the cities of this installation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.public.contexts.cities import cities_page


@require_safe
def cities(request: HttpRequest) -> HttpResponse:
    """Every city, with the ways to its wallet and its shops."""
    return render(request, "public/cities.html", fields_of(cities_page()))
