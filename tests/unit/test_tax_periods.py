"""Periods of the value added tax, and prices in their two parts, to the won."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from merchants.domain.tax_periods import half_of, quarters_of, tax_period, taxed, taxed_months

prices = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    ("name", "first", "following"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-h1", date(2026, 1, 1), date(2026, 7, 1)),
        ("2026-h2", date(2026, 7, 1), date(2027, 1, 1)),
        ("2026-q1", date(2026, 1, 1), date(2026, 4, 1)),
        ("2026-q4", date(2026, 10, 1), date(2027, 1, 1)),
    ],
)
def test_period_is_that_of_its_name(name, first, following):
    found = tax_period(name)

    assert (found.first, found.following) == (first, following)
    assert found.months[0] == first
    assert found.months[-1] == (following - timedelta(days=1)).replace(day=1)


@pytest.mark.parametrize("name", ["", "26", "2026-h3", "2026-q5", "2026-01", "1999-h1", "9999", "2026-h1 ", "٢٠٢٦"])
def test_name_of_no_period_is_none(name):
    assert tax_period(name) is None


@given(st.dates(date(2000, 1, 1), date(2998, 12, 31)))
def test_day_lies_in_its_half_year_and_in_one_of_the_two_quarters_that_make_it_up(day):
    half = half_of(day)
    earlier, later = quarters_of(half)

    assert half.first <= day < half.following
    assert (earlier.first, earlier.following, later.following) == (half.first, later.first, half.following)
    assert [tax_period(each.name) for each in (half, earlier, later)] == [half, earlier, later]
    assert earlier.months + later.months == half.months


@given(prices)
@example(0)
@example(109)
@example(110)
@example(-1)
def test_value_and_tax_of_a_price_are_the_price_and_the_tax_is_ten_parts_of_110(price):
    parts = taxed(price)

    assert parts.price == price
    assert 0 <= abs(price) * 10 - abs(parts.tax) * 110 < 110
    assert taxed(-price).tax == -parts.tax


@given(st.lists(prices, max_size=12))
def test_months_sum_to_their_period_and_none_is_more_than_a_won_from_its_own(months):
    parts = taxed_months(months)

    assert [each.price for each in parts] == months
    assert sum(each.tax for each in parts) == taxed(sum(months)).tax
    assert all(abs(each.tax - taxed(price).tax) <= 1 for each, price in zip(parts, months, strict=True))
