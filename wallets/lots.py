"""Which lots a payment takes. Arithmetic only: no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from citycoin.kernel.errors import Rejected
from citycoin.kernel.money import Won


class NotEnoughWon(Rejected):
    """The payer's won in force don't cover the payment."""

    code = "not_enough_won"
    ko = "잔액이 부족해서 결제하지 않았어요."
    en = "The balance is too low, so nothing was paid."


@dataclass(frozen=True, slots=True)
class LotView:
    """What is left of a lot."""

    id: int
    left: Won
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TakeView:
    """Won to be taken of a lot."""

    lot: int
    amount: Won


def take_lots(lots: Sequence[LotView], *, amount: Won) -> tuple[TakeView, ...]:
    """Take ``amount`` from ``lots``, earliest expiry first, then oldest; raise NotEnoughWon if they can't cover it."""
    takes, missing = [], amount.amount
    for lot in sorted(lots, key=lambda each: (each.expires_at, each.id)):
        taken = min(lot.left.amount, missing)
        if taken:
            takes.append(TakeView(lot.id, Won(taken)))
            missing -= taken
    if missing:
        raise NotEnoughWon(available=amount.amount - missing, asked=amount.amount)
    return tuple(takes)
