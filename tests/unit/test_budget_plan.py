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
from citycoin.money.issuance.models import Budget, Programme
from citycoin.money.issuance.queries.budget_plans import BudgetStanding, plan_of, standing_of
from citycoin.money.issuance.queries.budgets import BudgetView
from citycoin.platform.cities.models import City
from tests.unit.model import a_submission

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


class TestFloor:
    @given(floor=floors)
    def test_is_never_below_what_is_promised_to_anybody(self, floor):
        assert floor.won >= floor.issued + floor.reserved
        assert floor.won >= floor.programmes
        assert floor.won in {floor.issued + floor.reserved, floor.programmes}

    @given(floor=floors, cap=won)
    def test_refuses_each_cap_below_it_and_no_other(self, floor, cap):
        plan = standing(floor).plan(Won(cap), DEADLINE)
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
    def test_itself_is_a_cap_that_may_be_proposed(self, floor):
        assert standing(floor).plan(Won(floor.won), DEADLINE).refuse_below_floor().effect.left >= 0


class TestEffect:
    @given(cap=won, before=won, floor=floors)
    def test_divides_the_cap_into_what_is_promised_and_what_is_left(self, cap, before, floor):
        found = effect(cap, before=before, floor=floor)

        assert found.left + floor.issued + floor.reserved == cap
        assert found.before + found.change == cap

    @given(issued=won, cap=won)
    def test_says_which_share_is_issued_and_none_of_a_cap_of_nothing(self, issued, cap):
        found = effect(cap, floor=BudgetFloor(issued, 0, 0)).issued_per_cent

        assert found == (pytest.approx(issued / cap * 100) if cap else 0)

    @given(cap=won)
    def test_names_no_day_where_nothing_is_issued(self, cap):
        found = effect(cap, burn=0)

        assert (found.days, found.until) == (None, None)

    @example(burn=3, days=DAYS_WORTH_SAYING, rest=2)
    @given(burn=st.integers(1, 10**9), days=st.integers(0, 2 * DAYS_WORTH_SAYING), rest=won)
    def test_counts_the_whole_days_that_what_is_left_lasts(self, burn, days, rest):
        found = effect(days * burn + rest % burn, burn=burn)

        assert found.days == days
        assert found.until == (NOON + timedelta(days=days) if days < DAYS_WORTH_SAYING else None)

    @given(cap=won, before=won, people=st.integers(1, 10**7))
    def test_by_head_leaves_less_than_a_won_for_each(self, cap, before, people):
        found = effect(cap, before=before, population=Population(people, 2025)).a_head

        assert 0 <= cap - found.after * people < people
        assert 0 <= before - found.before * people < people

    def test_by_head_is_not_known_where_nobody_counted(self):
        assert effect(1_000, population=None).a_head is None

    def test_of_one_part_in_none(self):
        assert per_cent(5, 0) == 0


class TestPlan:
    @given(floor=floors, cap=won, version=st.integers(0, 1_000))
    def test_is_the_budget_in_its_next_version_with_nothing_else_changed(self, floor, cap, version):
        facts = standing(floor, version=version).plan(Won(cap), DEADLINE).facts

        assert facts == BudgetFacts(
            year=2026,
            starts=int(FIRST.timestamp()),
            ends=int(LAST.timestamp()),
            cap=cap,
            version=version + 1,
            deadline=DEADLINE,
        )


@pytest.fixture
def city(db):  # noqa: ARG001 - it needs the database
    return City.objects.create(slug="town", name_ko="시", name_en="Town", population=1_000, population_year=2025)


@pytest.fixture
def budget(city):
    return Budget.objects.create(city=city, year=2026, cap=1_000, version=3, starts_at=FIRST, ends_at=LAST)


def add_programme(city, number, **sums):
    Programme.objects.create(
        city=city, number=number, year=2026, name_ko="판매", name_en="Sale", submission=a_submission(city), **sums
    )


class TestReading:
    @pytest.mark.usefixtures("budget")
    def test_adds_up_the_programmes_of_the_year(self, city):
        add_programme(city, 1, cap=400, issued=100, reserved=20)
        add_programme(city, 2, cap=300, issued=5, reserved=0)

        plan = plan_of(city.pk, 2026, cap=Won(1_500), deadline=DEADLINE, now=NOON)

        assert plan.floor == BudgetFloor(issued=105, reserved=20, programmes=700)
        assert (plan.before.cap, plan.facts.cap, plan.facts.version) == (1_000, 1_500, 4)
        assert (plan.effect.change, plan.effect.left, plan.effect.a_head.population.people) == (500, 1_375, 1_000)

    def test_begins_a_year_that_has_no_budget_in_its_first_version(self, city):
        plan = plan_of(city.pk, 2026, cap=Won(7), deadline=DEADLINE, now=NOON)

        assert (plan.before.version, plan.before.cap, plan.floor.won) == (0, 0, 0)
        assert plan.facts == BudgetFacts(2026, int(FIRST.timestamp()), int(LAST.timestamp()), 7, 1, DEADLINE)

    def test_takes_no_population_for_one_of_nobody(self, city):
        City.objects.update(population=0)

        assert standing_of(city.pk, 2026, NOON).effect(5).a_head is None
