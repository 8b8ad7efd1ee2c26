"""What a city still needs before its first issue: each step done or not by what there is, and who does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse

from citycoin.foundation.bilingual import Words
from citycoin.money.issuance.queries.budgets import BudgetView
from citycoin.money.issuance.queries.figures import CityFigures
from citycoin.money.issuance.queries.official_keys import founding_addresses
from citycoin.money.issuance.queries.programmes import sells_today
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.queries import officials_of
from merchants.queries.register import State, Wanted, counts

OFFICIALS_NEEDED: Final = 2
OPERATOR: Final = Words("운영자", "The operator")
EACH: Final = Words("담당자마다", "Each official")
TWO: Final = Words("담당자 두 명", "Two officials")
ONE: Final = Words("담당자 한 명", "One official")
RESIDENT: Final = Words("주민", "A resident")


@dataclass(frozen=True, slots=True)
class Step:
    """One step; ``url`` is where an official does it, empty where somebody else does."""

    words: Words
    who: Words
    url: str
    is_done: bool


def first_steps(official: Official, figures: CityFigures, budget: BudgetView | None, now: datetime) -> Sequence[Step]:
    """In their order; none once something was issued for good."""
    if figures.issued:
        return []
    city_id = official.city_id
    return [
        Step(
            Words("도시와 계약을 체인에 세움", "Found the city and its contract on the chain"),
            OPERATOR,
            "",
            is_done=True,
        ),
        Step(
            Words("담당자 두 명의 계정을 엶", "Open accounts for two officials"),
            OPERATOR,
            "",
            is_done=officials_of(city_id).count() >= OFFICIALS_NEEDED,
        ),
        Step(
            Words("임시(설립) 열쇠를 담당자의 열쇠로 바꿈", "Have officials' keys take the founding keys' place"),
            EACH,
            _url(official, "console-key"),
            is_done=not founding_addresses(city_id),
        ),
        Step(
            Words("올해 예산에 서명함", "Sign this year's budget"),
            TWO,
            _url(official, "console-budget"),
            is_done=budget is not None,
        ),
        Step(
            Words("사업을 엶", "Open a programme"),
            TWO,
            _url(official, "console-programmes"),
            is_done=sells_today(city_id, now),
        ),
        Step(
            Words("가게를 승인함", "Approve a shop"),
            ONE,
            _url(official, "console-shop-applications"),
            is_done=counts(city_id, Wanted()).states[State.OPEN] > 0,
        ),
        Step(Words("첫 충전이 체인에서 확정됨", "The first top-up is final on the chain"), RESIDENT, "", is_done=False),
    ]


def _url(official: Official, name: str) -> str:
    return reverse(name, args=[official.city.slug])
