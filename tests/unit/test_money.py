"""Won are whole and never negative, and a sum that is shared out stays the sum."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation.kernel.money import InvalidAmount, Won, shares_of

AMOUNTS = st.integers(min_value=0, max_value=2**48 - 1)
WEIGHTS = st.dictionaries(
    st.sampled_from(["city", "province", "state", "village"]), st.integers(min_value=1, max_value=1_000), min_size=1
)


class TestWon:
    @given(AMOUNTS)
    def test_won_are_read_from_a_text_of_ascii_digits(self, amount):
        assert Won.parse(str(amount)) == Won(amount)

    @pytest.mark.parametrize("nonsense", [True, False, 1.0, 0.1 + 0.2, float("nan"), "100", None, -1, -(2**63)])
    def test_won_that_are_no_whole_number_or_below_zero_are_refused(self, nonsense):
        with pytest.raises(InvalidAmount):
            Won(nonsense)

    @pytest.mark.parametrize(
        "text", ["", "１００", "٣", "-1", "+1", "1.5", "1e3", " 1", "1 ", "1\n", "1_000", "1,000", "0x10", "9" * 16]
    )
    def test_won_from_a_text_that_is_not_1_to_15_ascii_digits_are_refused(self, text):
        with pytest.raises(InvalidAmount):
            Won.parse(text)

    @given(AMOUNTS, AMOUNTS)
    def test_won_add_and_subtract_as_numbers_do_and_never_below_zero(self, one, other):
        more, less = max(one, other), min(one, other)

        assert Won(one) + Won(other) == Won(one + other)
        assert Won(more) - Won(less) == Won(more - less)
        if more > less:
            with pytest.raises(InvalidAmount):
                Won(less) - Won(more)

    def test_won_are_ordered_by_amount(self):
        assert sorted([Won(10), Won(2), Won(1)]) == [Won(1), Won(2), Won(10)]

    @pytest.mark.parametrize(
        ("amount", "shown"),
        [(0, "0원"), (999, "999원"), (1_000, "1,000원"), (11_000_000_000, "11,000,000,000원")],
    )
    def test_won_are_shown_with_separators_and_the_korean_unit(self, amount, shown):
        assert str(Won(amount)) == shown

    @given(AMOUNTS)
    def test_won_as_shown_say_their_amount_and_are_no_text_to_read_won_from(self, amount):
        shown = str(Won(amount))

        assert shown.replace(",", "") == f"{amount}원"
        with pytest.raises(InvalidAmount):
            Won.parse(shown)


class TestSharesOf:
    @given(AMOUNTS, WEIGHTS)
    def test_shares_sum_to_the_whole_and_each_is_its_quota_to_the_won(self, total, weights):
        shares = shares_of(Won(total), weights=weights, last="city")

        assert shares.keys() == weights.keys()
        assert sum(share.amount for share in shares.values()) == total
        for name, share in shares.items():
            assert abs(share.amount - Fraction(total * weights[name], sum(weights.values()))) < 1

    @given(AMOUNTS, WEIGHTS)
    def test_shares_with_the_largest_remainders_get_the_won_that_rounding_leaves(self, total, weights):
        shares = shares_of(Won(total), weights=weights, last="city")

        whole = sum(weights.values())
        rest = {name: total * weight % whole for name, weight in weights.items()}
        lucky = {name for name in weights if shares[name].amount > total * weights[name] // whole}
        assert all(rest[up] >= rest[down] for up in lucky for down in weights.keys() - lucky)

    def test_share_of_the_city_is_rounded_up_last_where_remainders_are_equal(self):
        shares = shares_of(Won(1), weights={"city": 1, "state": 1}, last="city")

        assert shares == {"city": Won(0), "state": Won(1)}

    def test_shares_of_a_discount_in_gimpo_are_as_its_rule_says(self):
        shares = shares_of(Won(1_001), weights={"state": 30, "province": 20, "city": 50}, last="city")

        assert shares == {"state": Won(300), "province": Won(200), "city": Won(501)}
