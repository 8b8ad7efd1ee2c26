"""On which day a sale is at its shop's bank: holidays of the law, the bank's own, and the city's list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycoin.money.payouts.domain.banking_days import banking_day_after, first_day_kept, is_banking_day
from citycoin.money.payouts.domain.rules import PAYOUT
from citycoin.platform.rules.domain import TermsWrong

DAYS = st.dates(date(2019, 1, 1), date(2040, 12, 31))
FURTHER = st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=20)


@pytest.mark.parametrize(
    ("sold", "paid"),
    [
        (date(2026, 11, 30), date(2026, 12, 1)),  # a Monday's on Tuesday
        (date(2026, 9, 23), date(2026, 9, 28)),  # 추석 from Thursday to Saturday
        (date(2026, 8, 14), date(2026, 8, 18)),  # 광복절 is a Saturday: Monday in its stead
        (date(2027, 4, 30), date(2027, 5, 4)),  # 1 May is a Saturday, with a day in its stead since 2026
        (date(2026, 6, 2), date(2026, 6, 4)),  # local elections
        (date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_sale_is_paid_out_on_the_next_day_on_which_banks_work(sold, paid):
    assert banking_day_after(sold) == paid


def test_days_off_that_the_city_lists_are_none_on_which_banks_work():
    given_off = date(2026, 12, 1)

    assert banking_day_after(date(2026, 11, 30), [given_off]) == date(2026, 12, 2)


@given(day=DAYS, count=st.integers(1, 5), further=FURTHER)
def test_all_days_before_the_first_kept_are_due_by_then_and_none_after(day, count, further):
    payday = banking_day_after(day, further, count=count)
    kept = first_day_kept(payday, count, further)

    assert is_banking_day(payday, further)
    assert day < kept, "a day's sales are due on its payday"
    assert banking_day_after(kept - timedelta(days=1), further, count=count) <= payday
    assert banking_day_after(kept, further, count=count) > payday


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"bank_days": 0}, "bank_days"),
        ({"bank_days": 11}, "bank_days"),
        ({"least_won": 0}, "least_won"),
        ({"holidays": ["2026-13-01"]}, "holidays.0"),
        ({"holidays": "2026-12-01"}, "holidays"),
    ],
)
def test_rule_that_says_no_days_is_refused(changed, where):
    with pytest.raises(TermsWrong) as wrong:
        PAYOUT.read({"bank_days": 1, "least_won": 1_000, **changed})
    assert wrong.value.key == where


def test_rule_is_read_as_it_was_written():
    terms = PAYOUT.read({"bank_days": 2, "least_won": 5_000, "holidays": [date(2027, 1, 25)]})

    assert PAYOUT.read(terms.model_dump(mode="json")) == terms
