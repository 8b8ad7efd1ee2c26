"""Who takes a deposit is a register: an app above says for which purpose it takes what comes to a virtual account.

So bank knows nothing of top-ups, funders or shops (as docs/decisions/0019 has it for final blocks).
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from citycoin.money.bank.domain.verdicts import Fate, Reason, Verdict
from citycoin.money.bank.models import Deposit


class Taker(Protocol):
    """Decides about a deposit to a virtual account of its purpose, in the caller's transaction.

    It writes what it takes, and tells whom it concerns. What it doesn't take goes back, or waits for an official. It may be
    asked about several deposits to one account, and never twice about one that it took.
    """

    def __call__(self, deposit: Deposit, *, now: datetime) -> Verdict:
        """The verdict; ``deposit.virtual_account`` is there."""


_takers: dict[str, Taker] = {}


def register(purpose: str, *, taker: Taker) -> None:
    """The one taker of this purpose. Called when Django is ready."""
    _takers[purpose] = taker


def verdict_of(deposit: Deposit, *, now: datetime) -> Verdict:
    """What the taker of its account's purpose says; suspense where nobody has the number, or nobody takes the purpose."""
    if deposit.virtual_account is None:
        return Verdict(Fate.SUSPENSE, Reason.NOBODY)
    taker = _takers.get(deposit.virtual_account.purpose)
    return taker(deposit, now=now) if taker else Verdict(Fate.SUSPENSE, Reason.NO_TAKER)
