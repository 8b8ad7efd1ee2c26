"""The bounds of small payments under any order of payments, days, locks and choices, beside a plain list of what was paid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.kernel.periods import Period
from wallets.domain.rules import LARGEST_SMALL, SmallPaymentTerms
from wallets.domain.small_payments import CEILINGS, SmallPayments, offered

BEGIN = datetime(2026, 5, 3, 21, 30, tzinfo=KST)
TERMS = SmallPaymentTerms(most_won=30_000, ceilings_a_day=3, in_a_row=5, pin_within=Period(2, "days"))
NEVER = SmallPayments(most=0, since=None, pin_locked_until=None, in_a_row=0, won=0, day=None)
SUMS = st.integers(1, LARGEST_SMALL) | st.sampled_from([each + more for each in CEILINGS for more in (0, 1)])


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment as it was, and whether anything confirmed it."""

    day: date
    won: int
    confirmed: bool


class Purse(RuleBasedStateMachine):
    """One wallet, and one session of its owner, in which the PIN is shown with each confirmed payment."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGIN
        self.small = NEVER
        self.shown_at: datetime | None = None
        self.paid: list[Paid] = []
        self.greatest: dict[date, int] = {}  # ceiling of each day

    @property
    def today(self) -> date:
        return self.now.astimezone(KST).date()

    @rule(most=st.sampled_from([0, *CEILINGS]))
    def choose(self, most: int) -> None:
        if most > self.small.most:
            self.shown_at = self.now
            self.small = replace(self.small, since=self.now)
        self.small = replace(self.small, most=most, since=self.small.since if most else None)

    @rule(won=SUMS)
    def pay_unconfirmed(self, won: int) -> None:
        left = self.small.left(TERMS, shown_at=self.shown_at, now=self.now)
        if won > left.amount:
            return
        assert won <= self.small.most
        assert self.shown_at is not None
        assert self.now < TERMS.pin_within.ends_after(self.shown_at)
        assert not self.small.pin_locked_until or self.shown_at >= self.small.pin_locked_until
        self.small = self.small.after_small(Amount(won), self.now)
        self.paid.append(Paid(self.today, won, confirmed=False))

    @rule(won=SUMS)
    def pay_by_pin(self, won: int) -> None:
        if self.small.pin_locked_until and self.small.pin_locked_until > self.now:
            return
        self.small, self.shown_at = self.small.after_confirmed(), self.now
        self.paid.append(Paid(self.today, won, confirmed=True))

    @rule()
    def lock(self) -> None:
        self.small = replace(self.small, pin_locked_until=self.now + timedelta(minutes=10))

    @rule(minutes=st.sampled_from([1, 11, 151, 24 * 60]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def a_day_has_no_more_than_so_many_ceilings(self) -> None:
        self.greatest[self.today] = max(self.greatest.get(self.today, 0), self.small.most)
        gone = sum(each.won for each in self.paid if not each.confirmed and each.day == self.today)
        assert gone <= TERMS.ceilings_a_day * self.greatest[self.today]
        assert gone == (self.small.won if self.small.day == self.today else 0)

    @invariant()
    def a_row_has_no_more_than_so_many(self) -> None:
        row = 0
        for each in reversed(self.paid):
            if each.confirmed:
                break
            row += 1
        assert row == self.small.in_a_row <= TERMS.in_a_row


TestPurse = Purse.TestCase
TestPurse.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_payment_that_waited_over_midnight_behind_another_forgets_nothing_of_the_new_day():
    midnight = datetime(2026, 5, 4, tzinfo=KST)
    before, after = midnight - timedelta(milliseconds=1), midnight + timedelta(milliseconds=1)
    chosen = replace(NEVER, most=10_000, since=BEGIN)

    counted = chosen.after_small(Amount(9_000), after).after_small(Amount(500), before)

    assert (counted.day, counted.won) == (after.date(), 9_500)
    assert counted.left_today(TERMS, after).amount == 20_500


class TestOffered:
    @pytest.mark.parametrize(
        ("most", "sums"), [(0, ()), (4_999, ()), (10_000, (5_000, 10_000)), (LARGEST_SMALL, CEILINGS)]
    )
    def test_owner_chooses_from_the_sums_that_their_city_allows(self, most, sums):
        assert offered(TERMS.model_copy(update={"most_won": most})) == sums

    def test_ceiling_above_the_citys_bound_of_today_is_that_bound(self):
        chosen = replace(NEVER, most=30_000, since=BEGIN)

        assert chosen.left(TERMS.model_copy(update={"most_won": 700}), shown_at=BEGIN, now=BEGIN).amount == 700
        assert chosen.left(TERMS, shown_at=BEGIN, now=BEGIN).amount == 30_000
        assert chosen.left(TERMS, shown_at=None, now=BEGIN).amount == 0
