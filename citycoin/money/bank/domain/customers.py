"""A made-up person's transfer, as the demo's bank is asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from citycoin.foundation.kernel.money import Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTransfer:
    """From somebody's account to a number of the bank's. The same ``id`` again is the same transfer."""

    id: str
    name: str
    to: str
    amount: Amount
    booked_at: datetime | None = None  # the bank's own moment, unless days are played that are past
