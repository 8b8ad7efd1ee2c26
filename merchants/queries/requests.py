"""Reads of payment requests, and whether a payment answers one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from citycoin.foundation.kernel.errors import NotFound, Rejected
from citycoin.foundation.kernel.money import Won
from merchants.domain.codes import PaymentCode
from merchants.models import PaymentRequest, Shop


class RequestUnknown(NotFound):
    """The city has no such payment request."""

    code = "request_unknown"
    ko = "그런 결제 요청이 없어요. 가게에 새 코드를 부탁해 주세요."
    en = "There is no such payment request. Please ask the shop for a new code."


class RequestExpired(Rejected):
    """The request's minutes are over."""

    code = "request_expired"
    ko = "결제 요청의 시간이 지났어요. 가게에 새 코드를 부탁해 주세요."
    en = "The payment request has expired. Please ask the shop for a new code."


class RequestDiffers(Rejected):
    """The payment is of another amount or to another shop than the request."""

    code = "request_differs"
    ko = "가게가 요청한 내용과 달라요. 결제되지 않았어요. 가게에 새 코드를 부탁해 주세요."
    en = "This differs from what the shop asked for. Nothing was paid. Please ask the shop for a new code."


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
