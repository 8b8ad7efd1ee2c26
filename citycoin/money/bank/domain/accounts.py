"""A city's account at a bank, as they agreed on it."""

from __future__ import annotations

from dataclasses import dataclass

from citycoin.foundation.bilingual import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTerms:
    """A city's account as its contract with the bank says."""

    bank: Words
    bic: str
    number: str
    operating_number: str  # of the city's own money
    holder: str
    prefix: str  # of its virtual numbers
    digits: int  # that each of them has
