"""What the counter shows: codes, and the board of what comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from citycoin.foundation.bilingual import chosen
from citycoin.foundation.kernel.money import LARGEST_MOVEMENT
from citycoin.platform.cities.models import City
from citycoin.platform.pages.templatetags.pages import kst, kst_time, won
from citycoin.web.shop.contexts.frame import ShopPage
from citycoin.web.shop.domain import qr
from merchants.domain.codes import PaymentCode, link_of
from merchants.models import Shop
from merchants.queries import sales
from merchants.queries.access import Access
from wallets.models import Payment
from wallets.queries.stops import stop_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCode:
    """A code as text, as the link that a phone opens, and as an SVG of that link."""

    code: str
    link: str
    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterPage(ShopPage):
    """The keypad with the shop's fixed code, and the board with the address of its stream; ``largest`` in won."""

    board: Mapping[str, object]
    fixed: DrawnCode
    live: str
    largest: int
    tab: str = "counter"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRows:
    """The board's rows alone, as the page's script fetches them."""

    board: Mapping[str, object]
    city: City


def counter_page(access: Access, now: datetime) -> CounterPage:
    """The counter of the shop at ``now``."""
    return CounterPage(
        city=access.shop.city,
        access=access,
        shop=access.shop,
        board=board_of(access.shop, now=now),
        fixed=drawn(access.shop, PaymentCode(access.shop.code)),
        live=live_path(access.shop),
        largest=LARGEST_MOVEMENT,
    )


def board_of(shop: Shop, *, now: datetime) -> dict[str, object]:
    """The board as JSON values; moments are milliseconds since 1970."""
    payments = sales.last_payments(shop)
    codes, today = sales.codes_of(payments), sales.today(now)
    taken = sales.sales_of(shop, today).taken
    refunded = [each.amount for each in sales.refunds_on(shop, today)]
    return {
        "now": milliseconds(now),
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
        "at": milliseconds(at),
        "at_text": kst_time(at) if sales.today(at) == today else kst(at),
        "request": code,
    }


def drawn(shop: Shop, code: PaymentCode) -> DrawnCode:
    """A code of the shop, drawn."""
    link = link_of(code, city=shop.city.slug, base_url=settings.PUBLIC_URL)
    return DrawnCode(code=str(code), link=link, svg=qr.svg(link))


def live_path(shop: Shop) -> str:
    """Where the shop's stream is."""
    return f"{settings.LIVE_URL}/live/{shop.city.slug}/shops/{shop.pk}"


def milliseconds(moment: datetime) -> int:
    """Since 1970, as scripts count."""
    return int(moment.timestamp() * 1000)
