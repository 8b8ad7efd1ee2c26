"""A shop's own pages: today, settlements, poster."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.http.errors import FieldsWrong
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.text import Name, day_of, first_day_of_month
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.cities.queries import printed_face
from citycoin.platform.exports.doors.files import exported, job_page
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.shop.contexts import files
from citycoin.web.shop.contexts import sales as contexts
from citycoin.web.shop.contexts import today as of_today
from citycoin.web.shop.contexts import vat as of_vat
from citycoin.web.shop.doors.permissions import for_staff
from citycoin.web.shop.doors.recipes import PAYMENTS
from merchants.domain.codes import CodeNotOurs, CodeTorn, PaymentCode, link_of
from merchants.models import Staff
from merchants.operations import shops
from merchants.queries import sales
from merchants.queries.access import Access
from merchants.queries.fixed_codes import version_of

# Characters of where a shop's posters hang.
MOST_OF_PLACES: Final = 100


@require_safe
@for_staff(Staff.Role.CASHIER)
def today(request: HttpRequest, access: Access) -> HttpResponse:
    """Today's sales and the last payments."""
    return render(request, "shop/today.html", fields_of(of_today.today_page(access, clock.now())))


@require_safe
@for_staff(Staff.Role.CASHIER)
def hours_file(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Today by the hour, as a file."""
    now = clock.now()
    return exported(
        request, of_today.hours_file(access.shop, now), _file_name(access, f"{sales.today(now).isoformat()}-hours")
    )


@require_safe
@for_staff(Staff.Role.MANAGER)
def settlements(request: HttpRequest, access: Access) -> HttpResponse:
    """Each day of a month: taken, given back, what is left."""
    first = first_day_of_month(request.GET["month"]) if "month" in request.GET else None
    if first is None and "month" in request.GET:
        raise NotHere
    context = contexts.settlements_page(access, first=first, now=clock.now())
    return render(request, "shop/settlements.html", fields_of(context))


@require_safe
@for_staff(Staff.Role.MANAGER)
def settlement(request: HttpRequest, access: Access, day: str) -> HttpResponse:
    """One day: each chain transaction with its payments, which sum to the won."""
    return render(request, "shop/settlement.html", fields_of(contexts.settlement_page(access, _day(day))))


@require_safe
@for_staff(Staff.Role.MANAGER)
def payments_file(request: HttpRequest, access: Access, period: str) -> HttpResponseBase:
    """The payments and refunds of a day, a month, a half of a year or a year, as a file."""
    table = files.payments_file(access.shop, period, clock.now())
    job = job_page(PAYMENTS, access.shop.city, shop=str(access.shop.pk), period=period)
    return exported(request, table, _file_name(access, period), job=job)


@require_safe
@for_staff(Staff.Role.MANAGER)
def days_file(request: HttpRequest, access: Access, period: str) -> HttpResponseBase:
    """The sums of a month's days, as a file."""
    return exported(request, files.days_file(access.shop, period, clock.now()), _file_name(access, f"{period}-days"))


@require_safe
@for_staff(Staff.Role.MANAGER)
def vat(request: HttpRequest, access: Access) -> HttpResponse:
    """What the shop took in a period of the value added tax, by month, and which part of it is tax."""
    context = of_vat.vat_page(access, request.GET.get("period", ""), clock.now())
    return render(request, "shop/vat.html", fields_of(context))


@require_safe
@for_staff(Staff.Role.MANAGER)
def vat_file(request: HttpRequest, access: Access, period: str) -> HttpResponseBase:
    """The same, as a file."""
    return exported(request, of_vat.vat_file(access.shop, period, clock.now()), _file_name(access, f"vat-{period}"))


@require_http_methods(["GET", "POST"])
@for_staff(Staff.Role.MANAGER)
def poster_page(request: HttpRequest, access: Access) -> HttpResponse:
    """The fixed code, to look at, to print, and (the owner) to change; POST says where its posters hang."""
    if request.method == "GET":
        return render(request, "shop/poster.html", fields_of(contexts.poster_page(access)))
    typed = request.POST.get("posters_at", "")
    try:
        posters_at = Name(typed, longest=MOST_OF_PLACES) if typed.strip() else ""
    except CityCoinError as no:
        context = contexts.poster_page(access, typed=typed, error=no)
        return render(request, "shop/poster.html", fields_of(context), status=422)
    shops.note_posters(shop=access.shop, posters_at=posters_at)
    return redirect("shop-poster", access.shop.city.slug, access.shop.pk)


@require_safe
@for_staff(Staff.Role.MANAGER)
def poster_pdf(request: HttpRequest, access: Access) -> HttpResponse:
    """What is to be printed: ``?size=`` chooses, and what isn't known is the poster on A4."""
    from citycoin.web.shop.domain import poster  # noqa: PLC0415 - to draw a PDF takes a third of a second to import

    shop, code, asked = access.shop, PaymentCode(access.shop.code), request.GET.get("size", "")
    size = poster.Size(asked) if asked in set(poster.Size) else poster.Size.A4
    face = printed_face(shop.city)
    drawn = poster.pdf_of(
        poster.Poster(
            city=(shop.city.name_ko, shop.city.name_en),
            money=(face.money.ko, face.money.en),
            colour=face.colour,
            emblem=face.emblem,
            picture=face.picture,
            shop=(shop.name_ko, shop.name_en),
            code=str(code),
            version=version_of(shop),
            link=link_of(code, city=shop.city.slug, base_url=settings.PUBLIC_URL),
            printed=clock.now().astimezone(KST).date().isoformat(),
            practice=settings.DEMO,
        ),
        size,
    )
    name = f"{shop.city.slug}-{code}-{size}.pdf"
    return HttpResponse(
        drawn,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"},
    )


@require_POST
@for_staff(Staff.Role.OWNER)
def new_code(request: HttpRequest, access: Access) -> HttpResponse:
    """Another fixed code in the place of the one that the form names; the old posters lead nowhere then."""
    try:
        code = PaymentCode.parse(request.POST.get("code", ""))
    except (CodeNotOurs, CodeTorn):
        raise FieldsWrong(fields=["code"]) from None
    shops.renew_fixed_code(shop=access.shop, code=code, now=clock.now())
    return redirect("shop-poster", access.shop.city.slug, access.shop.pk)


def _file_name(access: Access, what: str) -> str:
    return f"{access.shop.city.slug}-{access.shop.pk}-{what}"


def _day(text: str) -> date:
    """Raises NotHere."""
    day = day_of(text)
    if day is None:
        raise NotHere
    return day
