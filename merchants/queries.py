"""Reads of shops and requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from citycoin.cities.models import City
from citycoin.kernel.errors import NotFound, Rejected
from citycoin.kernel.money import Won
from merchants.codes import PaymentCode, Scanned
from merchants.models import PaymentRequest, Refund, Shop
from wallets.models import Payment


class RequestUnknown(NotFound):
    """The city has no such payment request."""

    code = "request_unknown"
    ko = "그런 결제 요청이 없어요."
    en = "There is no such payment request."


class RequestExpired(Rejected):
    """The request's minutes are over."""

    code = "request_expired"
    ko = "결제 요청의 시간이 지났어요. 가게에 새 코드를 부탁해 주세요."
    en = "The payment request has expired. Please ask the shop for a new code."


class RequestDiffers(Rejected):
    """The payment is of another amount or to another shop than the request."""

    code = "request_differs"
    ko = "가게가 요청한 내용과 달라요. 결제되지 않았어요."
    en = "This differs from what the shop asked for. Nothing was paid."


class CodeUnknown(NotFound):
    """No shop and no request has this code; a shop's old code is one, too."""

    code = "code_unknown"
    ko = "등록되지 않은 코드예요. 가게에 코드를 확인해 주세요."
    en = "No shop has this code. Please ask the shop."


class CodeOfAnotherCity(NotFound):
    """The code is another city's; ``details`` name that city in both languages."""

    code = "code_of_another_city"
    ko = "다른 도시의 가맹점 코드예요. 열지 않았어요."
    en = "This is a code of another city. It was not opened."


@dataclass(frozen=True, slots=True)
class Payable:
    """What a code names: a shop, and its request where the amount is fixed."""

    code: PaymentCode
    shop: Shop
    request: PaymentRequest | None = None


def payable(city: City, scanned: Scanned) -> Payable:
    """What this city's page of payment is about. Raises CodeUnknown, CodeOfAnotherCity."""
    found = _named_by(scanned.code)
    if found is None or scanned.city not in ("", found.shop.city.slug):
        raise CodeUnknown
    if found.shop.city_id != city.pk:
        other = found.shop.city
        raise CodeOfAnotherCity(city=other.slug, ko=other.name_ko, en=other.name_en)
    return found


def _named_by(code: PaymentCode) -> Payable | None:
    if code.is_of_request:
        request = PaymentRequest.objects.filter(code=code.number).select_related("shop__wallet", "shop__city").first()
        return Payable(code, request.shop, request) if request else None
    shop = Shop.objects.filter(code=code.number).select_related("wallet", "city").first()
    return Payable(code, shop) if shop else None


def registered_shops(city_id: int) -> QuerySet[Shop]:
    """Shops whose registration on chain is final."""
    rows = Shop.objects.filter(city_id=city_id, wallet__registered_at__isnull=False, wallet__frozen_at=None)
    return rows.select_related("wallet").prefetch_related("wallet__keys").order_by("pk")


def request_named(city_id: int, request_id: UUID) -> PaymentRequest:
    """The request of this city. Raises RequestUnknown."""
    rows = PaymentRequest.objects.select_related("shop__wallet")
    found = rows.filter(pk=request_id, shop__city_id=city_id).first()
    if found is None:
        raise RequestUnknown
    return found


def request_of_code(shop: Shop, code: PaymentCode) -> PaymentRequest:
    """What this shop asked for under the code. Raises RequestUnknown."""
    found = PaymentRequest.objects.filter(shop=shop, code=code.number).first()
    if found is None:
        raise RequestUnknown
    return found


def check_answers(request: PaymentRequest, *, payee_address: str, amount: Won, now: datetime) -> None:
    """Whether a payment answers the request. Raises RequestExpired, RequestDiffers."""
    if request.expires_at < now:
        raise RequestExpired(expired_at=request.expires_at.isoformat())
    addresses = {key.address for key in request.shop.wallet.keys.all() if key.until is None}
    if payee_address not in addresses or amount.amount != request.amount:
        raise RequestDiffers(asked=request.amount)


def refunds_of(payment: Payment) -> QuerySet[Refund]:
    """What was given back of a payment, oldest first."""
    return Refund.objects.filter(payment=payment).select_related("sent", "payment").order_by("pk")
