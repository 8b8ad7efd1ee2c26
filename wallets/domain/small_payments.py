"""Small payments that their owner needn't confirm: how far they may go before the PIN or a passkey is asked for again.

The bounds are those by which European law lets a card be held to a terminal without its PIN (Commission Delegated Regulation
(EU) 2018/389, art. 11): one payment, a sum, and a number of them since the last that was confirmed. The sum is here one of a
day of Seoul. No rule of Korea says them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Won
from wallets.domain.rules import LARGEST_SMALL, SmallPaymentTerms

# What an owner may choose from, up to what their city allows; a few sums are chosen faster than a number is thought of.
CEILINGS: Final = (5_000, 10_000, 20_000, 30_000)
assert max(CEILINGS) <= LARGEST_SMALL, "every ceiling is a small payment"


@dataclass(frozen=True, slots=True)
class SmallPayments:
    """What a wallet's row says of them.

    ``most``: the ceiling of one, in won; 0 where each payment is confirmed. ``since``: when the PIN last raised it.
    ``in_a_row``: how many went unconfirmed since the last confirmed payment; ``won``: how many won did on ``day`` of Seoul.
    """

    most: int
    since: datetime | None
    pin_locked_until: datetime | None
    in_a_row: int
    won: int
    day: date | None

    def left(self, terms: SmallPaymentTerms, *, shown_at: datetime | None, now: datetime) -> Won:
        """The largest payment that may go unconfirmed now from where the PIN or a passkey was shown at ``shown_at``; None: never."""
        counts = shown_at is not None and self._counts(shown_at, terms, now)
        if not counts or self.in_a_row >= terms.in_a_row:
            return Won(0)
        return Won(min(self.ceiling(terms).amount, self.left_today(terms, now).amount))

    def ceiling(self, terms: SmallPaymentTerms) -> Won:
        """The owner's, or the city's where that is lower by now."""
        return Won(min(self.most, terms.most_won))

    def left_today(self, terms: SmallPaymentTerms, now: datetime) -> Won:
        """What of the day's sum is left."""
        _, gone = self._counted(now)
        return Won(max(self.ceiling(terms).amount * terms.ceilings_a_day - gone, 0))

    def after_confirmed(self) -> SmallPayments:
        """After a payment that was confirmed: a new row of them begins, but no new day."""
        return replace(self, in_a_row=0)

    def after_small(self, amount: Won, now: datetime) -> SmallPayments:
        """After one more that was not."""
        day, gone = self._counted(now)
        return replace(self, in_a_row=self.in_a_row + 1, won=gone + amount.amount, day=day)

    def _counted(self, now: datetime) -> tuple[date, int]:
        """The day on which a payment counts, and how many won went on it so far.

        One that came just before midnight may get the row after one that came just after it: then it counts on the new day,
        since a day that came back would forget what went on the other.
        """
        today = now.astimezone(KST).date()
        day = max(self.day or today, today)
        return day, self.won if self.day == day else 0

    def _counts(self, shown_at: datetime, terms: SmallPaymentTerms, now: datetime) -> bool:
        """Whether what was shown then is good now: since the ceiling was raised, since wrong PINs locked the wallet, and lately."""
        if self.since is None or shown_at < self.since or shown_at > now:
            return False
        if self.pin_locked_until and shown_at < self.pin_locked_until:
            return False
        return now < terms.pin_within.ends_after(shown_at)


def offered(terms: SmallPaymentTerms) -> tuple[int, ...]:
    """The ceilings that an owner may choose from, in won; none where the city lets nothing go unconfirmed."""
    return tuple(each for each in CEILINGS if each <= terms.most_won)
