"""Which lots a payment takes, and which a refund gives back to. Arithmetic only: no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.kernel.money import Won


class NotEnoughWon(Rejected):
    """The payer's won in force don't cover the payment."""

    code = "not_enough_won"
    ko = "잔액이 부족해서 결제하지 않았어요. 충전한 뒤 다시 결제해 주세요."
    en = "The balance is too low, so nothing was paid. Please top up and pay again."


@dataclass(frozen=True, slots=True)
class LotView:
    """What is left of a lot."""

    id: int
    left: Won
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TakeView:
    """Won to be taken of a lot, or to be given back to it."""

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


def give_back_lots(taken: Sequence[LotView], *, amount: Won) -> tuple[TakeView, ...]:
    """Give ``amount`` back to the lots that a payment took, as if it had taken so much less.

    ``taken``: each lot with what the payment still has of it as ``left``. What was taken last goes back first. Raises
    ValueError where the payment has less than ``amount``.
    """
    returns, missing = [], amount.amount
    for lot in sorted(taken, key=lambda each: (each.expires_at, each.id), reverse=True):
        returned = min(lot.left.amount, missing)
        if returned:
            returns.append(TakeView(lot.id, Won(returned)))
            missing -= returned
    if missing:
        raise ValueError(f"{missing} won more are given back than were taken")
    return tuple(returns)
