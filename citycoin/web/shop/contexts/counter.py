"""What the counter shows: codes, and the board of what comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse

from citycoin.foundation.bilingual import Words, chosen
from citycoin.foundation.calendar_words import MONTHS_SHORT
from citycoin.foundation.kernel.clock import milliseconds
from citycoin.platform.cities.models import City
from citycoin.platform.pages.templatetags.pages import kst_time, won
from citycoin.web.shop.contexts.frame import ShopPage
from citycoin.web.shop.domain import qr
from merchants.domain.codes import PaymentCode, link_of
from merchants.models import Refund, Shop
from merchants.queries import sales
from merchants.queries.access import Access
from wallets.models import Payment, Status
from wallets.queries.stops import stop_of

AMOUNT_ASKED_FOR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCode:
    """A code as text, as the link that a phone opens, and as an SVG of that link."""

    code: str
    link: str
    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterPage(ShopPage):
    """The keypad with the shop's fixed code, and the board with the address of its stream."""

    board: Mapping[str, object]
    fixed: DrawnCode
    live: str
    tab: str = "counter"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRows:
    """The board's rows alone, as the page's script fetches them."""

    access: Access
    board: Mapping[str, object]
    city: City


def counter_page(access: Access, now: datetime) -> CounterPage:
    """The counter of the shop at ``now``."""
    return CounterPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        board=board_of(access, now=now),
        fixed=drawn(access.shop, PaymentCode(access.shop.code)),
        live=live_path(access.shop),
    )


def board_of(access: Access, *, now: datetime) -> dict[str, object]:
    """The board as JSON values; moments are milliseconds since 1970."""
    shop = access.shop
    payments = sales.last_payments(shop)
    codes, twice, today = sales.codes_of(payments), sales.paid_twice(payments), sales.today(now)
    day = sales.sales_of(shop, today)
    return {
        "now": milliseconds(now),
        "stopped": stop_of(shop.city_id) is not None,
        "today": {
            "count": day.taken.count,
            "net": day.net,
            "text": chosen(
                "오늘 {count}건 · {net}", "{count} today · {net}", count=f"{day.taken.count:,}", net=won(day.net)
            ),
        },
        "payments": [
            _line(access, each, code=codes.get(each.pk), twice=each.pk in twice, now=now) for each in payments
        ],
    }


def _line(access: Access, payment: Payment, *, code: str | None, twice: bool, now: datetime) -> dict[str, object]:
    at, where = payment.authorised_at, (access.shop.city.slug, access.shop.pk, payment.client_id)
    url = reverse("shop-payment", args=where)
    left = payment.amount - payment.refunded
    back = {"amount": left, "reason": Refund.Reason.TWICE.value}
    # Of a poster the payer typed the amount themselves, so it may be a wrong one: noticed while they are there, or soon after.
    typed = code is None and now - at <= AMOUNT_ASKED_FOR and left > 0 and payment.status != Status.VOIDED
    return {
        "id": sales.receipt_number(payment),
        "amount": payment.amount,
        "amount_text": won(payment.amount),
        "payer": sales.payer_shown(payment),
        "status": payment.status,
        "refunded_text": won(payment.refunded) if payment.refunded else "",
        "left_text": won(left),
        "twice": twice,
        "url": url,
        # Who may not give back reads on the payment's page who may.
        "undo_url": reverse("shop-refund", args=where, query=back) if access.is_manager else url,
        "wrong_amount_url": reverse("shop-refund", args=where) if typed and access.is_manager else "",
        "at": milliseconds(at),
        "at_text": kst_time(at) if sales.today(at) == sales.today(now) else str(_day_and_time(at)),
        "request": code,
    }


def _day_and_time(at: datetime) -> Words:
    """Without the year: the board is of these days."""
    day, time = sales.today(at), kst_time(at)
    return Words("{month} {day}일 {time}", "{day} {month}, {time}").filled(
        month=MONTHS_SHORT[day.month - 1], day=day.day, time=time
    )


def drawn(shop: Shop, code: PaymentCode) -> DrawnCode:
    """A code of the shop, drawn."""
    link = link_of(code, city=shop.city.slug, base_url=settings.PUBLIC_URL)
    return DrawnCode(code=str(code), link=link, svg=qr.svg(link))


def live_path(shop: Shop) -> str:
    """Where the shop's stream is."""
    return f"{settings.LIVE_URL}/live/{shop.city.slug}/shops/{shop.pk}"
