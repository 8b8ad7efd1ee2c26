"""The public list of a city's shops, and the way into it: an application."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from citycoin.foundation.bilingual import chosen
from citycoin.foundation.http.errors import FieldsWrong, status_of
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.doors.permissions import for_people, signed_in
from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import city_named, districts_of
from merchants.domain.business_number import digits_of
from merchants.doors.words import CATEGORY_WORDS, ROLE_WORDS
from merchants.models import Category, Shop, ShopApplication
from merchants.operations import applications
from merchants.operations.shops import Business
from merchants.queries.access import memberships_of
from merchants.queries.applications import ApplicationUnknown, application_of, unfinished_applications
from merchants.queries.shops import shops_found

LISTED_AT_ONCE = 200
LONGEST_NAME = 60
LONGEST_DISTRICT = 40


@require_safe
def shops(request: HttpRequest, city: str) -> HttpResponse:
    """Every shop that takes the city's money; and for who is signed in, their own."""
    tenant, person = city_named(city), signed_in(request)
    found = shops_found(tenant.pk, text=request.GET.get("q", "").strip(), category=request.GET.get("category", ""))
    shown = list(found[: LISTED_AT_ONCE + 1])
    english = _english_districts(tenant)
    context = {
        "city": tenant,
        "memberships": [(access.shop, str(ROLE_WORDS[access.role])) for access in memberships_of(tenant.pk, person)]
        if person
        else [],
        "applications": unfinished_applications(tenant.pk, person) if person else [],
        "shops": [_listed(shop, english) for shop in shown[:LISTED_AT_ONCE]],
        "more": len(shown) > LISTED_AT_ONCE,
        "q": request.GET.get("q", ""),
        "category": request.GET.get("category", ""),
        "categories": _categories(),
    }
    return render(request, "shop/shops.html", context)


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
    words = CATEGORY_WORDS[Category(found.category)]
    context = {"city": tenant, "application": found, "category": str(words)}
    return render(request, "shop/application.html", context)


_FIELDS = ("name_ko", "name_en", "business_number", "district", "category")


def _listed(shop: Shop, english: dict[str, str]) -> dict[str, object]:
    district = chosen(shop.district, english.get(shop.district, shop.district))
    return {"shop": shop, "district": district, "category": str(CATEGORY_WORDS[Category(shop.category)])}


def _english_districts(city: City) -> dict[str, str]:
    return {each.name_ko: each.name_en for each in districts_of(city)}


def _categories() -> list[tuple[str, str]]:
    return [(category.value, str(words)) for category, words in CATEGORY_WORDS.items()]


def _application(city: City, person: Person, application_id: str) -> ShopApplication | None:
    """Theirs of that number, which they mend."""
    if not (application_id.isascii() and application_id.isdigit()):
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
    districts = [(each.name_ko, chosen(each.name_ko, each.name_en)) for each in districts_of(city)]
    context = {
        "city": city,
        "typed": typed,
        "reason": before.reason if before else "",
        "error": error,
        "categories": _categories(),
        "districts": districts,
    }
    return render(request, "shop/apply.html", context, status=status_of(type(error)) if error else 200)


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
