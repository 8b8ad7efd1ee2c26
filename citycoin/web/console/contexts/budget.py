"""The year's budget, and the steps of proposing another cap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.clock import fiscal_year
from citycoin.money.issuance.domain.budgets import BudgetEffect
from citycoin.money.issuance.models import Programme
from citycoin.money.issuance.queries import figures, proposals
from citycoin.money.issuance.queries.budget_plans import plan_of, standing_of
from citycoin.money.issuance.queries.budgets import BudgetView
from citycoin.money.issuance.queries.figures import CityFigures
from citycoin.money.issuance.queries.programmes import programmes_of_year
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts.signing import BudgetSigning, addresses_of, budget_signing
from citycoin.web.console.contexts.words import state_words
from citycoin.web.console.domain.budget_draft import Draft
from contracts.queries import token_of

LISTED: Final = 10
STEPS: Final = {
    "purpose": Words("목적과 근거", "Purpose"),
    "amount": Words("금액", "Amount"),
    "check": Words("확인하고 서명", "Check and sign"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedCap:
    """A line of the list of proposed caps; won whole."""

    number: int
    year: int
    cap: int
    state: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetPage:
    """Cap, issued, reserved, left, by programme, and how fast it goes. ``figures`` name the block they hold for."""

    budget: BudgetView
    other_year: int
    programmes: Sequence[Programme]
    now_effect: BudgetEffect
    figures: CityFigures
    can_sign: bool
    proposals: Sequence[ProposedCap]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPage:
    """A step of proposing: what was answered so far, beside the budget as it is; ``floor`` in won.

    The last step has the effect, what is signed, and the addresses of the keys that may sign it.
    """

    step: str
    step_names: Sequence[Words]
    step_now: int  # its place among them, counted from 0
    draft: Draft
    budget: BudgetView
    floor: int
    can_sign: bool
    effect: BudgetEffect | None = None
    signing: BudgetSigning | None = None
    in_force: str = ""


def budget_page(official: Official, year: int, now: datetime) -> BudgetPage:
    """The year as the books have it."""
    this, standing = fiscal_year(now), standing_of(official.city_id, year, now)
    return BudgetPage(
        budget=standing.budget,
        other_year=this + 1 if year == this else this,
        programmes=programmes_of_year(official.city_id, year),
        now_effect=standing.effect(standing.budget.cap),
        figures=figures.city_figures(token_of(official.city_id)),
        can_sign=bool(proposals.keys_in_force(official)),
        proposals=_proposed_caps(official.city_id, now),
    )


def step_page(official: Official, draft: Draft, step: str, now: datetime) -> StepPage:
    """A step that asks for an answer."""
    standing = standing_of(official.city_id, draft.year, now)
    return StepPage(
        step=step,
        step_names=[*STEPS.values()],
        step_now=[*STEPS].index(step),
        draft=draft,
        budget=standing.budget,
        floor=standing.floor.won,
        can_sign=bool(proposals.keys_in_force(official)),
    )


def check_page(official: Official, draft: Draft, step: str, deadline: int, now: datetime) -> StepPage:
    """The last step: what would change, and exactly what is going to be signed.

    Raises CapUnreadable, BudgetBelowPromised.
    """
    plan = plan_of(official.city_id, draft.year, cap=draft.won(), why=draft.why, deadline=deadline, now=now)
    plan.refuse_below_floor()
    keys = proposals.keys_in_force(official)
    return StepPage(
        step=step,
        step_names=[*STEPS.values()],
        step_now=[*STEPS].index(step),
        draft=draft,
        budget=plan.before,
        floor=plan.floor.won,
        can_sign=bool(keys),
        effect=plan.effect,
        signing=budget_signing(plan.facts, draft.why),
        in_force=addresses_of(keys),
    )


def _proposed_caps(city_id: int, now: datetime) -> list[ProposedCap]:
    return [
        ProposedCap(
            number=each.pk,
            year=each.facts["year"],
            cap=each.facts["cap"],
            state=state_words(proposals.state_of(each, now)),
        )
        for each in proposals.budget_proposals(city_id)[:LISTED]
    ]
