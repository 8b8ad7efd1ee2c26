"""A shop asks for an amount."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from citycoin.foundation.kernel.money import Amount
from citycoin.platform.rules.queries import terms_in_force
from merchants.domain.codes import PaymentCode
from merchants.domain.rules import REQUEST
from merchants.models import PaymentRequest, Shop


def ask(*, shop: Shop, amount: Amount, now: datetime) -> PaymentRequest:
    """A request for ``amount``, good for minutes and for one payment."""
    return PaymentRequest.objects.create(**_asked(shop, amount.amount, now))


def ask_anew(*, request: PaymentRequest, now: datetime) -> PaymentRequest:
    """The same amount under another code, after the request's time is over; however often it is pressed, once."""
    following = uuid5(NAMESPACE_URL, f"after request {request.pk}")
    made, _ = PaymentRequest.objects.get_or_create(pk=following, defaults=_asked(request.shop, request.amount, now))
    return made


def _asked(shop: Shop, won: int, now: datetime) -> dict[str, Any]:
    return {
        "shop": shop,
        "amount": won,
        "code": PaymentCode.new(of_request=True).number,
        "asked_at": now,
        "expires_at": now + timedelta(seconds=terms_in_force(shop.city_id, REQUEST, now).good_for_seconds),
    }
