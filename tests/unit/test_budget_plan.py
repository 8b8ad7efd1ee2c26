"""What another cap of a year comes to: how low it may be, what it would do, and what officials would sign."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Won
from citycoin.money.issuance.domain.budgets import (
    DAYS_WORTH_SAYING,
    BudgetBelowPromised,
    BudgetFloor,
    Population,
    effect_of,
    per_cent,
)
from citycoin.money.issuance.domain.decisions import BudgetFacts
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.queries.budget_plans import BudgetStanding
from citycoin.money.issuance.queries.budgets import BudgetView

NOON = datetime(2026, 5, 20, 12, tzinfo=KST)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=KST), datetime(2027, 1, 8, tzinfo=KST)
DEADLINE = int((NOON + timedelta(days=7)).timestamp())
won = st.integers(0, 10**12)
NOTHING_PROMISED = BudgetFloor(0, 0, 0)
floors = st.builds(BudgetFloor, issued=won, reserved=won, programmes=won)


def effect(cap, *, before=0, floor=NOTHING_PROMISED, burn=0, population=None):
    return effect_of(cap, before=before, floor=floor, burn=burn, population=population, now=NOON)


def standing(floor, *, cap=0, version=1):
    budget = BudgetView(2026, cap, version, FIRST, LAST, floor.issued, floor.reserved)
    return BudgetStanding(budget, floor, burn=0, population=None, now=NOON)


WHY = Justification("추석 소비")


class TestFloor:
    @given(floor=floors)
    def test_budget_floor_is_never_below_what_is_promised_to_anybody(self, floor):
        assert floor.won >= floor.issued + floor.reserved
        assert floor.won >= floor.programmes
        assert floor.won in {floor.issued + floor.reserved, floor.programmes}

    @given(floor=floors, cap=won)
    def test_cap_below_the_budget_floor_is_refused_and_no_other_cap_is(self, floor, cap):
        plan = standing(floor).plan(Won(cap), WHY, DEADLINE)
        if cap >= floor.won:
            assert plan.refuse_below_floor() is plan
            return
        with pytest.raises(BudgetBelowPromised) as refused:
            plan.refuse_below_floor()
        assert refused.value.details == {
            "cap": cap,
            "issued": floor.issued,
            "reserved": floor.reserved,
            "programmes": floor.programmes,
        }

    @given(floor=floors)
    def test_cap_at_the_budget_floor_may_be_proposed(self, floor):
        assert standing(floor).plan(Won(floor.won), WHY, DEADLINE).refuse_below_floor().effect.left >= 0


class TestEffect:
    @given(cap=won, before=won, floor=floors)
    def test_effect_of_a_cap_divides_it_into_issued_reserved_and_left(self, cap, before, floor):
        found = effect(cap, before=before, floor=floor)

        assert found.left + floor.issued + floor.reserved == cap
        assert found.before + found.change == cap

    @given(issued=won, cap=won)
    def test_effect_of_a_cap_says_which_share_is_issued_and_none_of_a_cap_of_zero(self, issued, cap):
        found = effect(cap, floor=BudgetFloor(issued, 0, 0)).issued_per_cent

        assert found == (pytest.approx(issued / cap * 100) if cap else 0)

    @given(cap=won)
    def test_effect_of_a_cap_names_no_last_day_where_nothing_is_issued(self, cap):
        found = effect(cap, burn=0)

        assert (found.days, found.until) == (None, None)

    @example(burn=3, days=DAYS_WORTH_SAYING, rest=2)
    @given(burn=st.integers(1, 10**9), days=st.integers(0, 2 * DAYS_WORTH_SAYING), rest=won)
    def test_effect_of_a_cap_counts_the_whole_days_that_what_is_left_lasts(self, burn, days, rest):
        found = effect(days * burn + rest % burn, burn=burn)

        assert found.days == days
        assert found.until == (NOON + timedelta(days=days) if days < DAYS_WORTH_SAYING else None)

    @given(cap=won, before=won, people=st.integers(1, 10**7))
    def test_effect_of_a_cap_by_head_leaves_less_than_a_won_for_each(self, cap, before, people):
        found = effect(cap, before=before, population=Population(people, 2025)).a_head

        assert 0 <= cap - found.after * people < people
        assert 0 <= before - found.before * people < people

    def test_effect_of_a_cap_by_head_is_unknown_where_nobody_counted(self):
        assert effect(1_000, population=None).a_head is None

    def test_per_cent_of_a_whole_of_zero_is_zero(self):
        assert per_cent(5, 0) == 0


class TestPlan:
    @given(floor=floors, cap=won, version=st.integers(0, 1_000))
    def test_budget_plan_is_the_next_version_with_nothing_but_the_cap_changed(self, floor, cap, version):
        facts = standing(floor, version=version).plan(Won(cap), WHY, DEADLINE).facts

        assert facts == BudgetFacts(
            year=2026,
            starts=int(FIRST.timestamp()),
            ends=int(LAST.timestamp()),
            cap=cap,
            basis=WHY.basis,
            version=version + 1,
            deadline=DEADLINE,
        )
