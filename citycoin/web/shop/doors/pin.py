"""The page where a manager chooses the PIN that a large refund asks for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from citycoin.foundation.http.errors import status_of
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.pins import chosen
from citycoin.platform.accounts.doors.permissions import is_fresh, signed_in, to_sign_in
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.shop.contexts.pin import pin_page
from citycoin.web.shop.doors.permissions import for_staff
from merchants.models import Staff
from merchants.operations.pins import set_pin
from merchants.queries.access import Access
from merchants.queries.staff import part_of


@require_http_methods(["GET", "POST"])
@for_staff(Staff.Role.MANAGER)
def pin(request: HttpRequest, access: Access) -> HttpResponse:
    """Choose one, or another. An unattended screen isn't enough for it: whoever signed in long ago signs in again."""
    person = signed_in(request)
    if person is None or not is_fresh(request):
        return to_sign_in(request, "sign-in")
    part = part_of(access.shop, person)
    if request.method == "GET":
        return _page(request, access, part)
    try:
        set_pin(part=part, pin=chosen(request.POST.get("pin", ""), request.POST.get("pin_again", "")))
    except CityCoinError as no:
        return _page(request, access, part, error=no)
    place = reverse("shop-pin", args=[access.shop.city.slug, access.shop.pk])
    return redirect(f"{place}?{urlencode({'done': '1'})}")


def _page(request: HttpRequest, access: Access, part: Staff, *, error: CityCoinError | None = None) -> HttpResponse:
    context = pin_page(access, part, done="done" in request.GET and not error, error=error)
    return render(request, "shop/pin.html", fields_of(context), status=status_of(type(error)) if error else 200)
