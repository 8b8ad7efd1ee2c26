"""The first page: the cities of this installation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citycoin.platform.cities.queries import all_cities
from contracts.queries import token_names


@require_safe
def cities(request: HttpRequest) -> HttpResponse:
    """Every city, with the ways to its wallet and its shops."""
    names = token_names()
    return render(request, "public/cities.html", {"cities": [(each, names.get(each.pk)) for each in all_cities()]})
