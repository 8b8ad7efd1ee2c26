"""What a plan of another cap reads of the books."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Won
from citycoin.money.issuance.domain.budgets import BudgetFloor
from citycoin.money.issuance.domain.decisions import BudgetFacts
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.models import Budget, Programme
from citycoin.money.issuance.queries.budget_plans import plan_of, standing_of
from citycoin.platform.cities.models import City
from tests.unit.model import a_submission

NOON = datetime(2026, 5, 20, 12, tzinfo=KST)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=KST), datetime(2027, 1, 8, tzinfo=KST)
DEADLINE = int((NOON + timedelta(days=7)).timestamp())


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


WHY = Justification("추석 소비")


class TestPlan:
    @pytest.mark.usefixtures("budget")
    def test_budget_plan_adds_up_the_programmes_of_the_year(self, city):
        add_programme(city, 1, cap=400, issued=100, reserved=20)
        add_programme(city, 2, cap=300, issued=5, reserved=0)

        plan = plan_of(city.pk, 2026, cap=Won(1_500), why=WHY, deadline=DEADLINE, now=NOON)

        assert plan.floor == BudgetFloor(issued=105, reserved=20, programmes=700)
        assert (plan.before.cap, plan.facts.cap, plan.facts.version) == (1_000, 1_500, 4)
        assert (plan.effect.change, plan.effect.left, plan.effect.a_head.population.people) == (500, 1_375, 1_000)

    def test_budget_plan_for_a_year_without_a_budget_is_its_first_version(self, city):
        plan = plan_of(city.pk, 2026, cap=Won(7), why=WHY, deadline=DEADLINE, now=NOON)

        assert (plan.before.version, plan.before.cap, plan.floor.won) == (0, 0, 0)
        assert plan.facts == BudgetFacts(2026, int(FIRST.timestamp()), int(LAST.timestamp()), 7, WHY.basis, 1, DEADLINE)

    def test_budget_effect_by_head_is_unknown_where_the_population_is_zero(self, city):
        City.objects.update(population=0)

        assert standing_of(city.pk, 2026, NOON).effect(5).a_head is None
