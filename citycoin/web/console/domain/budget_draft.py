"""What an official has typed on the way to another cap. It stands in the URL, so back is back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from urllib.parse import urlencode

from citycoin.foundation.kernel.clock import fiscal_year
from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.kernel.money import InvalidAmount, Won
from citycoin.money.issuance.domain.justification import Justification


class CapUnreadable(Rejected):
    """What was typed as a cap is no number of won."""

    code = "cap_unreadable"
    ko = "금액은 12000000000처럼 숫자로 적어 주십시오."
    en = "Please type the amount as a number, for example 12000000000."


@dataclass(frozen=True, slots=True)
class Draft:
    """What the steps have been told so far."""

    purpose: str
    legal_basis: str
    cap: str
    year: int

    @classmethod
    def of(cls, answers: Mapping[str, str], now: datetime) -> Draft:
        """From the URL, or from the last form."""
        why = Justification.of(answers.get("purpose", ""), answers.get("legal_basis", ""))
        return cls(why.purpose, why.legal_basis, answers.get("cap", "")[:40], year_asked(answers, now))

    @property
    def why(self) -> Justification:
        """What it is for."""
        return Justification(self.purpose, self.legal_basis)

    @property
    def query(self) -> str:
        """The answers as a part of a URL."""
        return urlencode(asdict(self))

    def won(self) -> Won:
        """The cap typed. Raises CapUnreadable."""
        try:
            return Won.typed(self.cap)
        except InvalidAmount:
            raise CapUnreadable from None


def year_asked(answers: Mapping[str, str], now: datetime) -> int:
    """The fiscal year that is, unless the next one is asked for."""
    this = fiscal_year(now)
    return this + 1 if answers.get("year") == str(this + 1) else this
