"""The kind of rule that payouts rest on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, PlainSerializer

from citycoin.foundation.kernel.money import LARGEST_MOVEMENT
from citycoin.foundation.kernel.text import day_of
from citycoin.platform.rules.domain import RuleKind, Terms

MOST_BANK_DAYS: Final = 10
MOST_FURTHER_HOLIDAYS: Final = 100


def _days(said: object) -> object:
    """Days as a TOML file has them, or as a row's body does."""
    if not isinstance(said, Iterable) or isinstance(said, str):
        return said
    return tuple(day_of(each) or each if isinstance(each, str) else each for each in said)


def _written(days: tuple[date, ...]) -> list[str]:
    return [each.isoformat() for each in days]


DaysOfRule = Annotated[tuple[date, ...], BeforeValidator(_days), PlainSerializer(_written)]


class PayoutTerms(Terms):
    """When shops are paid out by themselves.

    ``bank_days``: a day's sales are paid out on the so-manyth banking day after it. ``least_won``: less than this waits for more.
    ``holidays``: further days on which banks are closed, as the state or the bank announces them (임시공휴일).
    """

    bank_days: int = Field(ge=1, le=MOST_BANK_DAYS)
    least_won: int = Field(ge=1, le=LARGEST_MOVEMENT)
    holidays: DaysOfRule = Field(default=(), max_length=MOST_FURTHER_HOLIDAYS)


PAYOUT: Final = RuleKind("payout", PayoutTerms, PayoutTerms(bank_days=1, least_won=1_000))
