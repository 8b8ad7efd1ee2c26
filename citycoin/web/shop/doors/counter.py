"""The counter: asks for amounts, shows what comes in. For all staff, and for the shop's own devices."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.bilingual import chosen
from citycoin.foundation.http.errors import FieldsWrong
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.money import LARGEST_MOVEMENT, InvalidAmount, Won
from citycoin.platform.pages.templatetags.pages import kst, kst_time, won
from citycoin.web.shop.domain import qr
from citycoin.web.shop.doors.permissions import for_counter, for_counter_script
from merchants.domain.codes import CodeNotOurs, CodeTorn, PaymentCode, link_of
from merchants.models import PaymentRequest, Shop
from merchants.operations.requests import ask
from merchants.queries import sales
from merchants.queries.access import Access
from merchants.queries.requests import RequestUnknown, request_of_code
from wallets.models import Payment
from wallets.queries.stops import stop_of


@require_safe
@for_counter
def counter(request: HttpRequest, access: Access) -> HttpResponse:
    """Keypad, code, board. With ``?request=CODE`` the code that was on the screen before a reload."""
    now = clock.now()
    fixed = PaymentCode(access.shop.code)
    context = {
        "city": access.shop.city,
        "access": access,
        "shop": access.shop,
        "tab": "counter",
        "board": board_of(access.shop, now=now),
        "fixed": _drawn(access.shop, fixed),
        "live": live_path(access.shop),
        "largest": LARGEST_MOVEMENT,
    }
    return render(request, "shop/counter.html", context)


@require_safe
@for_counter_script
def board(request: HttpRequest, access: Access) -> HttpResponse:
    """The last payments and today's sum; with ``?request=CODE`` how that request stands."""
    now = clock.now()
    said = board_of(access.shop, now=now)
    asked = request.GET.get("request", "")
    context = {"board": said, "city": access.shop.city}
    return JsonResponse(
        {
            **said,
            "rows": render_to_string("shop/board_rows.html", context, request),
            "request": _state(_request(access.shop, asked), now=now) if asked else None,
        }
    )


@require_POST
@for_counter_script
def requests(request: HttpRequest, access: Access) -> HttpResponse:
    """Ask for an amount: its code, as text, link and drawing."""
    try:
        amount = Won.parse(request.POST.get("amount", ""))
    except InvalidAmount:
        raise FieldsWrong(fields=["amount"]) from None
    if not 0 < amount.amount <= LARGEST_MOVEMENT:
        raise FieldsWrong(fields=["amount"])
    now = clock.now()
    made = ask(shop=access.shop, amount=amount, now=now)
    return JsonResponse(_state(made, now=now), status=201)


@require_safe
@for_counter_script
def one_request(request: HttpRequest, access: Access, code: str) -> HttpResponse:
    """A request that is on the screen, or was before a reload."""
    return JsonResponse(_state(_request(access.shop, code), now=clock.now()))


def board_of(shop: Shop, *, now: datetime) -> dict[str, object]:
    """The board as JSON values; moments are milliseconds since 1970."""
    payments = sales.last_payments(shop)
    codes, today = sales.codes_of(payments), sales.today(now)
    taken = sales.sales_of(shop, today).taken
    refunded = [each.amount for each in sales.refunds_on(shop, today)]
    return {
        "now": _ms(now),
        "stopped": stop_of(shop.city_id) is not None,
        "today": {
            "won": taken.won,
            "count": taken.count,
            "won_text": won(taken.won),
            "count_text": chosen(f"{taken.count:,}건", f"{taken.count:,} payment{'' if taken.count == 1 else 's'}"),
            "refunded_text": chosen(
                f"취소 {len(refunded):,}건 {won(-sum(refunded))}", f"{len(refunded):,} refunded {won(-sum(refunded))}"
            )
            if refunded
            else "",
        },
        "payments": [_line(shop, payment, codes.get(payment.pk), today) for payment in payments],
    }


def live_path(shop: Shop) -> str:
    """Where the shop's stream is."""
    return f"{settings.LIVE_URL}/live/{shop.city.slug}/shops/{shop.pk}"


def _line(shop: Shop, payment: Payment, code: str | None, today: date) -> dict[str, object]:
    at = payment.authorised_at
    return {
        "id": sales.receipt_number(payment),
        "amount": payment.amount,
        "amount_text": won(payment.amount),
        "payer": sales.payer_shown(payment),
        "status": payment.status,
        "refunded_text": won(payment.refunded) if payment.refunded else "",
        "url": reverse("shop-payment", args=[shop.city.slug, shop.pk, payment.client_id]),
        "at": _ms(at),
        "at_text": kst_time(at) if sales.today(at) == today else kst(at),
        "request": code,
    }


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
        **_drawn(request.shop, PaymentCode(request.code)),
        "amount": request.amount,
        "amount_text": won(request.amount),
        "expires_at": _ms(request.expires_at),
        "now": _ms(now),
        "state": "paid" if paid else waiting,
        "payment": sales.receipt_number(paid) if paid else None,
    }


def _drawn(shop: Shop, code: PaymentCode) -> dict[str, str]:
    link = link_of(code, city=shop.city.slug, base_url=settings.PUBLIC_URL)
    return {"code": str(code), "link": link, "svg": qr.svg(link)}


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
