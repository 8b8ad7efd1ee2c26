"""A programme as officials plan it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from citycoin.foundation.kernel.money import Won
from citycoin.foundation.kernel.text import Name
from citycoin.money.issuance.domain.purchases import PurchaseTerms
from citycoin.platform.rules.domain import Dated


@dataclass(frozen=True, slots=True)
class ProgrammePlan:
    """A programme that an official wants opened; names are Korean, English."""

    year: int
    names: tuple[Name, Name]
    cap: Won
    rule: Dated[PurchaseTerms]
    days: tuple[date | None, date | None] = (None, None)  # of its sale, the first and the last; None for the year's


@dataclass(frozen=True, slots=True)
class ProgrammeChange:
    """What an official wants an open programme to be: its cap, the last day of its sale, and new rules, if any."""

    number: int
    cap: Won
    last_day: date | None
    rule: Dated[PurchaseTerms] | None
