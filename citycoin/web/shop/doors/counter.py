"""The counter: asks for amounts, shows what comes in. For all staff, and for the shop's own devices."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.http.forms import typed_amount
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import milliseconds
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.platform.pages.templatetags.pages import won
from citycoin.web.shop.contexts.counter import BoardRows, board_of, counter_page, drawn
from citycoin.web.shop.doors.permissions import for_counter, for_counter_script
from merchants.domain.codes import CodeNotOurs, CodeTorn, PaymentCode
from merchants.models import PaymentRequest, Shop
from merchants.operations.requests import ask
from merchants.queries import sales
from merchants.queries.access import Access
from merchants.queries.requests import RequestUnknown, request_of_code


@require_safe
@for_counter
def counter(request: HttpRequest, access: Access) -> HttpResponse:
    """Keypad, code, board. With ``?request=CODE`` the code that was on the screen before a reload.

    The service worker may keep it: without a connection it shows the fixed code.
    """
    page = render(request, "shop/counter.html", fields_of(counter_page(access, clock.now())))
    page["Offline-Copy"] = f"device {access.counter.pk}" if access.counter else f"person {request.user.pk}"
    return page


@require_safe
@for_counter_script
def board(request: HttpRequest, access: Access) -> HttpResponse:
    """The last payments and how many there were today; with ``?request=CODE`` how that request stands."""
    now = clock.now()
    said = board_of(access, now=now)
    asked = request.GET.get("request", "")
    rows = fields_of(BoardRows(access=access, board=said, city=access.shop.city))
    return JsonResponse(
        {
            **said,
            "rows": render_to_string("shop/board_rows.html", rows, request),
            "request": _state(_request(access.shop, asked), now=now) if asked else None,
        }
    )


@require_POST
@for_counter_script
def requests(request: HttpRequest, access: Access) -> HttpResponse:
    """Ask for an amount: its code, as text, link and drawing."""
    amount, now = typed_amount(request.POST.get("amount", "")), clock.now()
    made = ask(shop=access.shop, amount=amount, now=now)
    return JsonResponse(_state(made, now=now), status=201)


@require_safe
@for_counter_script
def one_request(request: HttpRequest, access: Access, code: str) -> HttpResponse:
    """A request that is on the screen, or was before a reload."""
    return JsonResponse(_state(_request(access.shop, code), now=clock.now()))


def _request(shop: Shop, text: str) -> PaymentRequest:
    """Raises RequestUnknown."""
    try:
        return request_of_code(shop, PaymentCode.parse(text))
    except (CodeNotOurs, CodeTorn):
        raise RequestUnknown from None


def _state(request: PaymentRequest, *, now: datetime) -> dict[str, object]:
    paid = sales.payment_of_request(request)
    waiting = "waiting" if request.expires_at > now else "expired"
    return {
        **asdict(drawn(request.shop, PaymentCode(request.code))),
        "amount": request.amount,
        "amount_text": won(request.amount),
        "expires_at": milliseconds(request.expires_at),
        "now": milliseconds(now),
        "state": "paid" if paid else waiting,
        "payment": sales.receipt_number(paid) if paid else None,
    }
