"""The year's budget, and the steps of proposing another cap. The steps' answers stand in the URL, so back is back."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import fiscal_year
from citycoin.foundation.kernel.errors import CityCoinError, Rejected
from citycoin.foundation.kernel.money import InvalidAmount, Won
from citycoin.money.issuance.domain.decisions import BudgetFacts
from citycoin.money.issuance.models import Proposal
from citycoin.money.issuance.operations import approvals
from citycoin.money.issuance.operations.approvals import Justification
from citycoin.money.issuance.queries import figures, proposals
from citycoin.money.issuance.queries.budget_plans import plan_of, standing_of
from citycoin.platform.accounts.doors.permissions import for_officials
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts.words import state_words
from citycoin.web.console.doors.frame import check_second_factor, domain, hex_bytes, page
from contracts.queries import token_of

STEPS: Final = ("purpose", "amount", "check")
OPEN_FOR: Final = timedelta(days=7)


class CapUnreadable(Rejected):
    """What was typed as a cap is no number of won."""

    code = "cap_unreadable"
    ko = "금액은 12000000000처럼 숫자로 적어 주십시오."
    en = "Please type the amount as a number, for example 12000000000."


@dataclass(frozen=True, slots=True)
class Draft:
    """What the steps have been told so far."""

    purpose: str
    legal_basis: str
    cap: str
    year: int

    @classmethod
    def of(cls, answers: QueryDict, now: datetime) -> Draft:
        """From the URL, or from the last form."""
        purpose, basis, cap = (answers.get(name, "").strip()[:300] for name in ("purpose", "legal_basis", "cap"))
        return cls(purpose, basis[:200], cap, _year(answers, now))

    @property
    def query(self) -> str:
        """The answers as a part of a URL."""
        return urlencode(asdict(self))

    def won(self) -> Won:
        """The cap typed. Raises CapUnreadable."""
        try:
            return Won.parse(self.cap.replace(",", "").replace("원", "").replace(" ", ""))
        except InvalidAmount:
            raise CapUnreadable from None


@require_safe
@for_officials
def budget(request: HttpRequest, official: Official) -> HttpResponse:
    """Cap, issued, reserved, left, by programme, and how fast it goes."""
    now = clock.now()
    standing = _standing(official, _year(request.GET, now), now)
    return page(request, official, "budget", standing | {"proposals": _proposals(official, now)})


@require_http_methods(["GET", "POST"])
@for_officials
def propose(request: HttpRequest, official: Official) -> HttpResponse:
    """Purpose and legal basis, amount, effect and answers, then the proposer's own signature."""
    now = clock.now()
    if request.method == "POST":
        return _submit(request, official, now)
    draft = Draft.of(request.GET, now)
    step = _step(request)
    try:
        if step != STEPS[0]:
            Justification(draft.purpose).checked()
        extra = _check(official, draft, now) if step == STEPS[2] else {}
    except CityCoinError as no:
        back = STEPS[max(STEPS.index(step) - 1, 0)]
        return _step_page(request, official, draft, back, no)
    return _step_page(request, official, draft, step, **extra)


def _submit(request: HttpRequest, official: Official, now: datetime) -> HttpResponse:
    draft = Draft.of(request.POST, now)
    try:
        check_second_factor(request, official)
        deadline = _number(request, "deadline")
        plan = plan_of(official.city_id, draft.year, cap=draft.won(), deadline=deadline, now=now)
        proposal = approvals.propose_budget(
            official=official,
            contract=token_of(official.city_id),
            # The one that the page showed: another may have become final meanwhile, and then the answer says so.
            facts=replace(plan.facts, version=_number(request, "version")),
            why=Justification(draft.purpose, draft.legal_basis),
            signature=hex_bytes(request, "signature"),
            now=now,
        )
    except CityCoinError as no:
        return _step_page(request, official, draft, STEPS[2], no, **_check(official, draft, now))
    return redirect("console-proposal", official.city.slug, proposal.pk)


def _number(request: HttpRequest, name: str) -> int:
    """A number that the page showed and their key signed."""
    said = request.POST.get(name, "")
    return int(said) if re.fullmatch(r"[0-9]{1,12}", said) else 0


def _year(answers: QueryDict, now: datetime) -> int:
    """The fiscal year that is, unless the next one is asked for."""
    this = fiscal_year(now)
    return this + 1 if answers.get("year") == str(this + 1) else this


def _step(request: HttpRequest) -> str:
    asked = request.GET.get("step", "")
    return asked if asked in STEPS else STEPS[0]


def _step_page(
    request: HttpRequest, official: Official, draft: Draft, step: str, error: CityCoinError | None = None, **extra: Any
) -> HttpResponse:
    context = _standing(official, draft.year, clock.now()) | {"draft": draft, "step": step, **extra}
    return page(request, official, "budget_propose", context, error)


def _check(official: Official, draft: Draft, now: datetime) -> dict[str, Any]:
    """What would change, and exactly what is going to be signed."""
    # To the hour, so that a reader can compare it.
    deadline = int((now + OPEN_FOR).replace(minute=0, second=0, microsecond=0).timestamp())
    plan = plan_of(official.city_id, draft.year, cap=draft.won(), deadline=deadline, now=now).refuse_below_floor()
    return signing_of(plan.facts, official) | {"effect": plan.effect}


def signing_of(facts: BudgetFacts, official: Official) -> dict[str, Any]:
    """What a budget's signers read and sign."""
    return {
        "facts": facts,
        "starts": datetime.fromtimestamp(facts.starts, tz=UTC),
        "ends": datetime.fromtimestamp(facts.ends, tz=UTC),
        "deadline": datetime.fromtimestamp(facts.deadline, tz=UTC),
        "domain": domain(official),
        "in_force": " ".join(each.address for each in proposals.keys_in_force(official)),
    }


def _standing(official: Official, year: int, now: datetime) -> dict[str, Any]:
    """The year as the books have it, its programmes, and the block they hold for."""
    standing = standing_of(official.city_id, year, now)
    return {
        "budget": standing.budget,
        "other_year": fiscal_year(now) + (year == fiscal_year(now)),
        "programmes": official.city.programmes.filter(year=year).order_by("number"),
        "floor": standing.floor.won,
        "now_effect": standing.effect(standing.budget.cap),
        "figures": figures.city_figures(token_of(official.city_id)),
        "can_sign": bool(proposals.keys_in_force(official)),
    }


def _proposals(official: Official, now: datetime) -> list[tuple[Proposal, dict[str, Any]]]:
    rows = proposals.proposals_of(official.city_id).filter(kind=Proposal.Kind.BUDGET)[:10]
    return [(each, state_words(proposals.state_of(each, now))) for each in rows]
