"""The kinds of rules that payments rest on."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from citycoin.platform.rules.domain import RuleKind, Terms

LARGEST_EXPOSURE: Final = 2**62


class PaymentTerms(Terms):
    """How long a signature made here is good, and how much may wait while nothing can settle.

    ``exposure_won``: what a city may have authorised and not settled while the chain is away or behind.
    """

    authorisation_days: int = Field(ge=1, le=365)
    exposure_won: int = Field(ge=0, le=LARGEST_EXPOSURE)


class RefundTerms(Terms):
    """``days_after_lapse``: how much longer won are good that come back after their lot has lapsed."""

    days_after_lapse: int = Field(ge=1, le=3_650)


PAYMENT: Final = RuleKind("payment", PaymentTerms, PaymentTerms(authorisation_days=30, exposure_won=100_000_000))
REFUND: Final = RuleKind("refund", RefundTerms, RefundTerms(days_after_lapse=30))
