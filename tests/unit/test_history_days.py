"""Which days of a month the picture of a history draws."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from citycoin.web.resident.contexts.wallet import days_drawn

months = st.lists(st.integers(0, 10**6), min_size=28, max_size=31).filter(any)


def test_days_of_three_payments_at_the_end_of_a_month_are_its_last_week():
    assert days_drawn([0] * 26 + [1_000, 0, 2_000, 3_000]) == range(24, 31)


def test_days_of_one_payment_on_the_first_are_the_first_week():
    assert days_drawn([500] + [0] * 29) == range(1, 8)


@given(months)
def test_days_drawn_have_everything_that_was_spent_and_no_empty_end_beyond_a_week(spent):
    days = days_drawn(spent)

    assert sum(spent[day - 1] for day in days) == sum(spent)
    assert days[0] >= 1
    assert days[-1] <= len(spent)
    assert len(days) >= 7
    if len(days) > 7:
        assert spent[days[0] - 1]
        assert spent[days[-1] - 1]
