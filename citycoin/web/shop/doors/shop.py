"""A shop's own pages: today, settlements, poster."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.text import day_of
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.shop.contexts import sales as contexts
from citycoin.web.shop.doors.permissions import for_staff
from merchants.domain.codes import PaymentCode, link_of
from merchants.models import Staff
from merchants.operations import shops
from merchants.queries.access import Access


@require_safe
@for_staff(Staff.Role.CASHIER)
def today(request: HttpRequest, access: Access) -> HttpResponse:
    """Today's sales and the last payments."""
    return render(request, "shop/today.html", fields_of(contexts.today_page(access, clock.now())))


@require_safe
@for_staff(Staff.Role.MANAGER)
def settlements(request: HttpRequest, access: Access) -> HttpResponse:
    """Each day: taken, settled, on its way."""
    before = _day(request.GET["before"]) if "before" in request.GET else None
    context = contexts.settlements_page(access, before=before, now=clock.now())
    return render(request, "shop/settlements.html", fields_of(context))


@require_safe
@for_staff(Staff.Role.MANAGER)
def settlement(request: HttpRequest, access: Access, day: str) -> HttpResponse:
    """One day: each chain transaction with its payments, which sum to the won."""
    return render(request, "shop/settlement.html", fields_of(contexts.settlement_page(access, _day(day))))


@require_safe
@for_staff(Staff.Role.MANAGER)
def poster_page(request: HttpRequest, access: Access) -> HttpResponse:
    """The fixed code, to look at, to print, and (the owner) to change."""
    return render(request, "shop/poster.html", fields_of(contexts.poster_page(access)))


@require_safe
@for_staff(Staff.Role.MANAGER)
def poster_pdf(request: HttpRequest, access: Access) -> HttpResponse:
    """The poster to print."""
    from citycoin.web.shop.domain import poster  # noqa: PLC0415 - to draw a PDF takes a third of a second to import

    shop, code = access.shop, PaymentCode(access.shop.code)
    drawn = poster.pdf_of(
        poster.Poster(
            city=(shop.city.name_ko, shop.city.name_en),
            shop=(shop.name_ko, shop.name_en),
            code=str(code),
            link=link_of(code, city=shop.city.slug, base_url=settings.PUBLIC_URL),
            printed=clock.now().astimezone(KST).date().isoformat(),
            practice=settings.DEMO,
        )
    )
    name = f"{shop.city.slug}-{code}.pdf"
    return HttpResponse(
        drawn,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"},
    )


@require_POST
@for_staff(Staff.Role.OWNER)
def new_code(request: HttpRequest, access: Access) -> HttpResponse:
    """Another fixed code; the old posters lead nowhere then."""
    shops.renew_fixed_code(shop=access.shop)
    return redirect("shop-poster", access.shop.city.slug, access.shop.pk)


def _day(text: str) -> date:
    """Raises NotHere."""
    day = day_of(text)
    if day is None:
        raise NotHere
    return day
