"""The kinds of rules that shops' requests and refunds rest on."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from citycoin.foundation.kernel.money import LARGEST_MOVEMENT
from citycoin.platform.rules.domain import RuleKind, Terms


class RequestTerms(Terms):
    """``good_for_seconds``: how long a request of a shop may be paid."""

    good_for_seconds: int = Field(ge=1, le=86_400)


class ShopRefundTerms(Terms):
    """``pin_above_won``: a refund of more than this is given by a manager's PIN."""

    pin_above_won: int = Field(ge=0, le=LARGEST_MOVEMENT)


REQUEST: Final = RuleKind("payment_request", RequestTerms, RequestTerms(good_for_seconds=180))
SHOP_REFUND: Final = RuleKind("shop_refund", ShopRefundTerms, ShopRefundTerms(pin_above_won=100_000))
