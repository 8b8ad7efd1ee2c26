"""The kinds of rules that shops' requests and refunds rest on."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from citycoin.foundation.kernel.money import LARGEST_MOVEMENT
from citycoin.foundation.kernel.periods import Period
from citycoin.platform.rules.domain import PeriodOfRule, RuleKind, Terms


class RequestTerms(Terms):
    """``good_for_seconds``: how long a request of a shop may be paid."""

    good_for_seconds: int = Field(ge=1, le=86_400)


class ShopRefundTerms(Terms):
    """``pin_above_won``: a refund of more than this is given by a manager's PIN."""

    pin_above_won: int = Field(ge=0, le=LARGEST_MOVEMENT)


class RefundClaimTerms(Terms):
    """How long after a payment its payer may ask for won back, and how long its shop has to answer."""

    ask_within: PeriodOfRule
    answer_within: PeriodOfRule


REQUEST: Final = RuleKind("payment_request", RequestTerms, RequestTerms(good_for_seconds=180))
SHOP_REFUND: Final = RuleKind("shop_refund", ShopRefundTerms, ShopRefundTerms(pin_above_won=100_000))
REFUND_CLAIM: Final = RuleKind(
    "refund_claim", RefundClaimTerms, RefundClaimTerms(ask_within=Period(30, "days"), answer_within=Period(7, "days"))
)
