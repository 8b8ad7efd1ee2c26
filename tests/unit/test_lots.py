"""Which lots a payment takes, and which get back what a refund brings."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation.kernel.money import Won
from wallets.domain.lots import LotView, NotEnoughWon, TakeView, give_back_lots, take_lots

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
    def test_payment_takes_its_amount_exactly_and_of_no_lot_more_than_is_left(self, given_):
        lots_, amount = given_

        takes = take_lots(lots_, amount=Won(amount))

        left = {lot.id: lot.left for lot in lots_}
        assert sum(take.amount.amount for take in takes) == amount
        assert all(Won(0) < take.amount <= left[take.lot] for take in takes)
        assert len({take.lot for take in takes}) == len(takes)

    @given(lots_and_a_covered_amount())
    def test_payment_empties_a_lot_that_lapses_earlier_before_it_takes_of_the_next(self, given_):
        lots_, amount = given_

        takes = {take.lot: take.amount for take in take_lots(lots_, amount=Won(amount))}

        in_order = [lot for lot in sorted(lots_, key=lambda lot: (lot.expires_at, lot.id)) if lot.left.amount]
        for earlier, later in pairwise(in_order):
            assert later.id not in takes or takes.get(earlier.id) == earlier.left

    @given(lots(), st.integers(min_value=1, max_value=1_000))
    def test_payment_over_the_won_in_lots_is_refused_and_says_both_amounts(self, lots_, short):
        there = sum(lot.left.amount for lot in lots_)

        with pytest.raises(NotEnoughWon) as refusal:
            take_lots(lots_, amount=Won(there + short))

        assert refusal.value.details == {"available": there, "asked": there + short}

    def test_payment_takes_first_the_older_of_two_lots_that_lapse_together(self):
        twins = [LotView(2, Won(5), NEW_YEAR), LotView(1, Won(5), NEW_YEAR)]

        assert take_lots(twins, amount=Won(6)) == (TakeView(1, Won(5)), TakeView(2, Won(1)))


class TestGiveBackLots:
    @given(lots_and_a_covered_amount(), st.data())
    def test_refund_leaves_what_a_payment_of_so_much_less_would_have_taken(self, given_, data):
        lots_, amount = given_
        expiry = {lot.id: lot.expires_at for lot in lots_}
        taken = [LotView(each.lot, each.amount, expiry[each.lot]) for each in take_lots(lots_, amount=Won(amount))]
        back = data.draw(st.integers(min_value=1, max_value=amount))

        returns = {each.lot: each.amount for each in give_back_lots(taken, amount=Won(back))}

        less = take_lots(lots_, amount=Won(amount - back)) if back < amount else ()
        kept = {each.id: each.left - returns.get(each.id, Won(0)) for each in taken}
        assert {lot: won for lot, won in kept.items() if won.amount} == {each.lot: each.amount for each in less}

    @given(lots(), st.integers(min_value=1, max_value=1_000))
    def test_refund_of_more_than_was_taken_is_refused(self, lots_, more):
        there = sum(lot.left.amount for lot in lots_)

        with pytest.raises(ValueError, match="more are given back"):
            give_back_lots(lots_, amount=Won(there + more))
