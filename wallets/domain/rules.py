"""The kinds of rules that payments rest on."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from citycoin.foundation.kernel.periods import Period
from citycoin.platform.rules.domain import PeriodOfRule, RuleKind, Terms

LARGEST_EXPOSURE: Final = 2**62


class PaymentTerms(Terms):
    """How long a signature made here is good (``authorisation``), and how much may wait while nothing can settle.

    ``exposure_won``: what a city may have authorised and not settled while the chain is away or behind.
    """

    authorisation: PeriodOfRule
    exposure_won: int = Field(ge=0, le=LARGEST_EXPOSURE)


class RefundTerms(Terms):
    """``after_lapse``: how much longer won are good that come back after their lot has lapsed."""

    after_lapse: PeriodOfRule


PAYMENT: Final = RuleKind(
    "payment", PaymentTerms, PaymentTerms(authorisation=Period(30, "days"), exposure_won=100_000_000)
)
REFUND: Final = RuleKind("refund", RefundTerms, RefundTerms(after_lapse=Period(30, "days")))
