"""Which lots a payment takes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycoin.kernel.money import Won
from wallets.lots import LotView, NotEnoughWon, TakeView, take_lots

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


@st.composite
def lots(draw):
    """Up to eight lots, some of which lapse at the same moment."""
    left = draw(st.lists(st.integers(min_value=0, max_value=1_000), max_size=8))
    days = draw(st.lists(st.integers(min_value=0, max_value=3), min_size=len(left), max_size=len(left)))
    made = [
        LotView(number, Won(won), NEW_YEAR + timedelta(days=day))
        for number, (won, day) in enumerate(zip(left, days, strict=True), 1)
    ]
    return draw(st.permutations(made))


@st.composite
def lots_and_a_covered_amount(draw):
    """Lots with something left, and an amount of at most all of it."""
    found = draw(lots().filter(lambda each: sum(lot.left.amount for lot in each) > 0))
    return found, draw(st.integers(min_value=1, max_value=sum(lot.left.amount for lot in found)))


class TestTakeLots:
    @given(lots_and_a_covered_amount())
    def test_takes_the_amount_exactly_and_of_no_lot_more_than_is_left(self, given_):
        lots_, amount = given_

        takes = take_lots(lots_, amount=Won(amount))

        left = {lot.id: lot.left for lot in lots_}
        assert sum(take.amount.amount for take in takes) == amount
        assert all(Won(0) < take.amount <= left[take.lot] for take in takes)
        assert len({take.lot for take in takes}) == len(takes)

    @given(lots_and_a_covered_amount())
    def test_empties_what_lapses_earlier_before_it_touches_the_next(self, given_):
        lots_, amount = given_

        takes = {take.lot: take.amount for take in take_lots(lots_, amount=Won(amount))}

        in_order = [lot for lot in sorted(lots_, key=lambda lot: (lot.expires_at, lot.id)) if lot.left.amount]
        for earlier, later in pairwise(in_order):
            assert later.id not in takes or takes.get(earlier.id) == earlier.left

    @given(lots(), st.integers(min_value=1, max_value=1_000))
    def test_takes_nothing_where_the_lots_are_short_and_says_by_how_much(self, lots_, short):
        there = sum(lot.left.amount for lot in lots_)

        with pytest.raises(NotEnoughWon) as refusal:
            take_lots(lots_, amount=Won(there + short))

        assert refusal.value.details == {"available": there, "asked": there + short}

    def test_takes_the_older_of_two_lots_that_lapse_together(self):
        twins = [LotView(2, Won(5), NEW_YEAR), LotView(1, Won(5), NEW_YEAR)]

        assert take_lots(twins, amount=Won(6)) == (TakeView(1, Won(5)), TakeView(2, Won(1)))
