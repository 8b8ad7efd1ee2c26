"""What the public pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from citycoin.foundation.kernel.clock import fiscal_year
from citycoin.money.issuance.queries import budgets, figures
from citycoin.money.issuance.queries.budgets import BudgetView
from citycoin.money.issuance.queries.figures import CityFigures
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import all_cities
from citycoin.platform.health.domain.checks import Line
from contracts.models import Contract
from contracts.queries import CityNotFounded, Domain, domain_of, token_names, token_of

# ERC-20's totalSupply(): what the contract is asked, by anybody's own node.
TOTAL_SUPPLY = '{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":"%s","data":"0x18160ddd"},"0x%x"]}'


@dataclass(frozen=True, slots=True, kw_only=True)
class CitiesPage:
    """Every city of the installation with its token's name, where it has one."""

    cities: Sequence[tuple[City, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CityPage:
    """A city's sums in won and how to check them; of a city without a token there are none."""

    city: City
    contract: Contract | None = None
    domain: Domain | None = None
    figures: CityFigures | None = None
    budget: BudgetView | None = None
    supply: int = 0
    question: str = ""  # what a node is asked, as JSON
    expected: str = ""  # what it has to answer: 32 bytes in hex


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPage:
    """Every line of the page of health, and whether all are good."""

    lines: Sequence[Line]
    good: bool


def cities_page() -> CitiesPage:
    """The first page's context."""
    names = token_names()
    return CitiesPage(cities=[(each, names.get(each.pk)) for each in all_cities()])


def city_page(city: City, now: datetime) -> CityPage:
    """The city's sums as the books have them, and its budget of the fiscal year that is."""
    try:
        contract = token_of(city.pk)
    except CityNotFounded:
        return CityPage(city=city)
    sums = figures.city_figures(contract)
    supply = sums.issued - sums.burned
    return CityPage(
        city=city,
        contract=contract,
        domain=domain_of(contract),
        figures=sums,
        budget=_budget(city, now),
        supply=supply,
        question=TOTAL_SUPPLY % (contract.address, max(sums.block, 0)),
        expected=f"0x{supply:064x}",
    )


def _budget(city: City, now: datetime) -> BudgetView | None:
    try:
        return budgets.budget_of(city.pk, fiscal_year(now))
    except budgets.BudgetUnknown:
        return None
