"""The kinds of rules that payments rest on."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from citycoin.foundation.kernel.periods import Period
from citycoin.platform.rules.domain import PeriodOfRule, RuleKind, Terms

LARGEST_EXPOSURE: Final = 2**62
# No rule of a city lets a larger payment go unconfirmed; the ledger's table refuses one, too.
LARGEST_SMALL: Final = 50_000


class PaymentTerms(Terms):
    """How long a signature made here is good (``authorisation``), and how much may wait while nothing can settle.

    ``exposure_won``: what of purchases a city may have authorised and not settled while the chain is away or behind.
    """

    authorisation: PeriodOfRule
    exposure_won: int = Field(ge=0, le=LARGEST_EXPOSURE)


class RefundTerms(Terms):
    """``after_lapse``: how much longer won are good that come back after their lot has lapsed."""

    after_lapse: PeriodOfRule


class SmallPaymentTerms(Terms):
    """How far payments may go that their owner needn't confirm by PIN or passkey, once they have asked for it.

    ``most_won``: the greatest ceiling of one payment that an owner may choose; 0: each payment is confirmed.
    ``ceilings_a_day``: how many times that ceiling may go in a day of Seoul. ``in_a_row``: how many may go since the last
    payment that was confirmed. ``pin_within``: how lately the PIN or a passkey has to have been shown in the same session.
    """

    most_won: int = Field(ge=0, le=LARGEST_SMALL)
    ceilings_a_day: int = Field(ge=1, le=10)
    in_a_row: int = Field(ge=1, le=20)
    pin_within: PeriodOfRule


PAYMENT: Final = RuleKind(
    "payment", PaymentTerms, PaymentTerms(authorisation=Period(30, "days"), exposure_won=100_000_000)
)
REFUND: Final = RuleKind("refund", RefundTerms, RefundTerms(after_lapse=Period(30, "days")))
SMALL_PAYMENT: Final = RuleKind(
    "small_payment",
    SmallPaymentTerms,
    SmallPaymentTerms(most_won=30_000, ceilings_a_day=3, in_a_row=5, pin_within=Period(14, "days")),
)
