"""Reads for another cap of a year: one plan, which the page shows, the check refuses and the operation compares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from citycoin.foundation.kernel.money import Won
from citycoin.money.issuance.domain.budgets import BudgetEffect, BudgetFloor, Population, effect_of
from citycoin.money.issuance.domain.decisions import BudgetFacts
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.queries import budgets, figures
from citycoin.money.issuance.queries.budgets import BudgetView
from citycoin.platform.cities.models import City


@dataclass(frozen=True, slots=True)
class BudgetPlan:
    """Another cap for a year: what two officials would sign, what it would do, and how low it may be."""

    facts: BudgetFacts
    effect: BudgetEffect
    floor: BudgetFloor
    before: BudgetView

    def refuse_below_floor(self) -> BudgetPlan:
        """The plan itself. Raises BudgetBelowPromised."""
        self.floor.refuse_below(self.facts.cap)
        return self


@dataclass(frozen=True, slots=True)
class BudgetStanding:
    """A year as the books have it at a moment: what every plan of another cap starts from. ``burn``: won a day."""

    budget: BudgetView
    floor: BudgetFloor
    burn: int
    population: Population | None
    now: datetime

    def effect(self, cap: int) -> BudgetEffect:
        """What this cap would do; the present one shows how things go."""
        return effect_of(
            cap,
            before=self.budget.cap,
            floor=self.floor,
            burn=self.burn,
            population=self.population,
            now=self.now,
        )

    def plan(self, cap: Won, why: Justification, deadline: int) -> BudgetPlan:
        """The budget as it is, in its next version with this cap, to be decided by ``deadline`` (seconds since 1970)."""
        facts = BudgetFacts(
            year=self.budget.year,
            starts=int(self.budget.starts_at.timestamp()),
            ends=int(self.budget.ends_at.timestamp()),
            cap=cap.amount,
            basis=why.basis,
            version=self.budget.version + 1,
            deadline=deadline,
        )
        return BudgetPlan(facts, self.effect(cap.amount), self.floor, self.budget)


def standing_of(city_id: int, year: int, now: datetime) -> BudgetStanding:
    """The year's budget, or an empty one where there is none yet, with all that another cap is measured by."""
    budget = budgets.budget_or_empty(city_id, year)
    return BudgetStanding(
        budget=budget,
        floor=BudgetFloor(budget.issued, budget.reserved, budgets.programmed(city_id, year)),
        burn=figures.issued_a_day(city_id, now),
        population=_population(city_id),
        now=now,
    )


def plan_of(city_id: int, year: int, *, cap: Won, why: Justification, deadline: int, now: datetime) -> BudgetPlan:
    """What proposing ``cap`` for the year comes to now. It refuses nothing; ``BudgetPlan.refuse_below_floor`` does."""
    return standing_of(city_id, year, now).plan(cap, why, deadline)


def _population(city_id: int) -> Population | None:
    city = City.objects.get(pk=city_id)
    return Population(city.population, city.population_year) if city.population else None
