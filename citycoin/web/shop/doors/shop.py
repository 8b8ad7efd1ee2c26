"""A shop's own pages: today, settlements, poster."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST
from citycoin.platform.accounts.queries import NotHere
from citycoin.web.shop.domain import qr
from citycoin.web.shop.doors.counter import board_of, live_path
from citycoin.web.shop.doors.permissions import for_staff
from merchants.domain.codes import PaymentCode, link_of
from merchants.doors.words import REFUND_WORDS
from merchants.models import Staff
from merchants.operations import shops
from merchants.queries import sales
from merchants.queries.access import Access


@require_safe
@for_staff(Staff.Role.CASHIER)
def today(request: HttpRequest, access: Access) -> HttpResponse:
    """Today's sales and the last payments."""
    now = clock.now()
    context = {
        **_shared(access, "today"),
        "board": board_of(access.shop, now=now),
        "now": now,
        "live": live_path(access.shop),
    }
    return render(request, "shop/today.html", context)


@require_safe
@for_staff(Staff.Role.MANAGER)
def settlements(request: HttpRequest, access: Access) -> HttpResponse:
    """Each day: taken, settled, on its way."""
    before = _day(request.GET["before"]) if "before" in request.GET else None
    days = sales.sales_by_day(access.shop, before=before)
    more = days[-1].day if len(days) == sales.DAYS_ON_A_PAGE else None
    context = {**_shared(access, "settlements"), "days": days, "more": more, "today": sales.today(clock.now())}
    return render(request, "shop/settlements.html", context)


@require_safe
@for_staff(Staff.Role.MANAGER)
def settlement(request: HttpRequest, access: Access, day: str) -> HttpResponse:
    """One day: each chain transaction with its payments, which sum to the won."""
    of = _day(day)
    taken = sales.sales_of(access.shop, of)
    groups = [
        (
            group,
            [
                {
                    "payment": payment,
                    "number": sales.receipt_number(payment),
                    "payer": sales.payer_shown(payment),
                }
                for payment in group.payments
            ],
        )
        for group in sales.settlements_of(access.shop, of)
    ]
    difference = taken.taken.won - sum(group.won for group, _ in groups)
    refunds = sales.refunds_on(access.shop, of)
    hashes = sales.transactions_of([each.sent for each in refunds if each.sent])
    context = {
        **_shared(access, "settlements"),
        "day": of,
        "sales": taken,
        "groups": groups,
        "difference": difference,
        "refunded": sum(each.amount for each in refunds),
        "refunds": [(each, REFUND_WORDS[each.state], hashes.get(each.sent_id or 0, "")) for each in refunds],
    }
    return render(request, "shop/settlement.html", context)


@require_safe
@for_staff(Staff.Role.MANAGER)
def poster_page(request: HttpRequest, access: Access) -> HttpResponse:
    """The fixed code, to look at, to print, and (the owner) to change."""
    code = PaymentCode(access.shop.code)
    link = link_of(code, city=access.shop.city.slug, base_url=settings.PUBLIC_URL)
    context = {**_shared(access, "poster"), "code": str(code), "link": link, "svg": qr.svg(link)}
    return render(request, "shop/poster.html", context)


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


def _shared(access: Access, tab: str) -> dict[str, object]:
    return {"city": access.shop.city, "access": access, "shop": access.shop, "tab": tab}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotHere from None
