"""A programme as officials plan it."""

from __future__ import annotations

from dataclasses import dataclass

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
