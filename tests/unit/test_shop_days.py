"""What a shop's pages say of its days: when it was busy, how long since it was paid, what was paid twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycoin.web.shop.contexts.shops import paid_lately
from citycoin.web.shop.domain.day import hours_shown, peak_of
from merchants.queries.sales import TWICE_WITHIN, paid_twice
from wallets.models import Payment, Status

TODAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)
days = st.lists(st.integers(0, 10**6), min_size=24, max_size=24)


class TestPeak:
    @given(days)
    def test_peak_is_no_less_than_any_two_hours_and_no_more_than_the_day(self, hours):
        peak = peak_of(hours)
        if peak is None:
            assert sum(1 for won in hours if won) < 3
            return
        most = sum(hours[peak.hour : peak.hour + 2])
        assert all(sum(pair) <= most for pair in pairwise(hours))
        assert most * 100 // sum(hours) == peak.percent <= 100

    @given(days, days)
    def test_hours_shown_hold_each_hour_that_brought_something(self, today, before):
        shown = hours_shown(today, before)

        assert all(hour in shown for hour in range(24) if today[hour] or before[hour])
        assert {9, 18} <= {*shown} <= {*range(24)}


class TestPaidLately:
    @pytest.mark.parametrize(
        ("days_ago", "says"),
        [(0, "일주일"), (6, "일주일"), (7, "한 달 안"), (30, "한 달 안"), (31, "한 달 넘게")],
    )
    def test_last_payment_is_told_in_steps_and_never_by_its_day(self, days_ago, says):
        assert says in paid_lately(TODAY - timedelta(days=days_ago), today=TODAY).ko

    def test_shop_that_was_never_paid_is_told_so(self):
        assert paid_lately(None, today=TODAY).ko == "아직 없어요"


def payment(pk: int, *, payer: int = 1, amount: int = 8_000, after: timedelta, **facts: object) -> Payment:
    """One of a shop, made so long after NOW."""
    return Payment(pk=pk, payer_id=payer, amount=amount, authorised_at=NOW + after, **facts)


class TestPaidTwice:
    @pytest.mark.parametrize(("apart", "twice"), [(TWICE_WITHIN, {2}), (TWICE_WITHIN + timedelta(seconds=1), set())])
    def test_payment_repeats_another_within_two_minutes(self, apart, twice):
        assert paid_twice([payment(2, after=apart), payment(1, after=timedelta())]) == twice

    @pytest.mark.parametrize("other", [{"payer": 2}, {"amount": 7_999}], ids=["payer", "amount"])
    def test_payment_of_another_payer_or_amount_repeats_nothing(self, other):
        assert not paid_twice([payment(2, after=timedelta(seconds=9), **other), payment(1, after=timedelta())])

    @pytest.mark.parametrize("gone", [{"status": Status.VOIDED}, {"refunded": 8_000}], ids=["voided", "refunded"])
    @pytest.mark.parametrize("which", [0, 1])
    def test_payment_that_came_to_nothing_neither_repeats_nor_is_repeated(self, gone, which):
        facts = [gone, {}] if which else [{}, gone]
        two = [payment(2 - n, after=timedelta(seconds=9 - n), **each) for n, each in enumerate(facts)]

        assert not paid_twice(two)

    @given(st.lists(st.tuples(st.integers(1, 2), st.integers(1, 2), st.integers(0, 200)), max_size=12))
    def test_payments_paid_twice_are_those_with_an_equal_one_shortly_before(self, facts):
        at = 0
        made = []
        for pk, (payer, amount, later) in enumerate(facts):
            at += later
            made.append(payment(pk, payer=payer, amount=amount, after=timedelta(seconds=at)))

        repeated = {
            each.pk
            for each in made
            for before in made[: each.pk]
            if (before.payer_id, before.amount) == (each.payer_id, each.amount)
            and each.authorised_at - before.authorised_at <= TWICE_WITHIN
        }
        assert paid_twice(made[::-1]) == repeated
