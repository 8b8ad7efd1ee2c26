"""Reads of shops and requests."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from citycoin.kernel.errors import NotFound, Rejected
from citycoin.kernel.money import Won
from merchants.models import PaymentRequest, Shop


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


def check_answers(request: PaymentRequest, *, payee_address: str, amount: Won, now: datetime) -> None:
    """Whether a payment answers the request. Raises RequestExpired, RequestDiffers."""
    if request.expires_at < now:
        raise RequestExpired(expired_at=request.expires_at.isoformat())
    addresses = {key.address for key in request.shop.wallet.keys.all() if key.until is None}
    if payee_address not in addresses or amount.amount != request.amount:
        raise RequestDiffers(asked=request.amount)
