"""The float's two sides, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self

from citycoin.foundation.kernel.text import day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Float:
    """What a city's bank has, and what it is owed for, in won of one moment. Every line is a sum of rows; none is a rest.

    ``stated``: the last statement's closing, of the end of ``stated_day`` (0 and None before the first). ``came`` and ``left``:
    what was booked since. ``circulating``: residents' and shops' won, and those that no row explains; ``treasury``: won that shops gave
    for payouts, of which the bank has paid ``burning`` already. ``issuing``: paid for top-ups that aren't issued yet. ``funders``:
    left of what they paid in. ``waiting``: deposits that nobody has decided about, that wait for an official, or go back.
    ``unanswered``: transfers that a statement shows, whose answer is on its way.
    """

    stated: int
    stated_day: date | None
    came: int
    left: int
    circulating: int
    treasury: int
    burning: int
    issuing: int
    funders: int
    waiting: int
    unanswered: int
    interest: int
    fees: int

    def said(self) -> dict[str, int | str | None]:
        """As JSON has it."""
        return {**asdict(self), "stated_day": self.stated_day.isoformat() if self.stated_day else None}

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self | None:
        """What ``said`` gave; None where it was written when there were other lines."""
        if said.keys() != {each.name for each in fields(cls)}:
            return None
        return cls(**{**said, "stated_day": day_of(said["stated_day"] or "")})

    @property
    def bank(self) -> int:
        """What the bank has."""
        return self.stated + self.came - self.left

    @property
    def treasury_left(self) -> int:
        """The treasury's won whose money is still at the bank."""
        return self.treasury - self.burning

    @property
    def earned(self) -> int:
        """What the bank added by itself, less what it took."""
        return self.interest - self.fees

    @property
    def owed(self) -> int:
        """What it is owed for, and what the bank has added to it by itself."""
        for_won = self.circulating + self.treasury_left + self.issuing
        return for_won + self.funders + self.waiting - self.unanswered + self.earned

    @property
    def difference(self) -> int:
        """Zero, or something is wrong: above it the bank has more."""
        return self.bank - self.owed
