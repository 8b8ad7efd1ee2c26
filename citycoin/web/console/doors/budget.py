"""The year's budget, and the steps of proposing another cap. The steps' answers stand in the URL, so back is back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.text import whole_number
from citycoin.money.issuance.models import Proposal
from citycoin.money.issuance.operations import approvals
from citycoin.money.issuance.queries.budget_plans import plan_of
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts import budget as contexts
from citycoin.web.console.contexts.budget import StepPage
from citycoin.web.console.domain.budget_draft import Draft, year_asked
from citycoin.web.console.doors.frame import check_second_factor, domain, hex_bytes, in_console, page
from contracts.queries import token_of

LARGEST_TIME: Final = 2**40 - 1  # as the contract has it
STEPS: Final = tuple(contexts.STEPS)


@require_safe
@in_console
def budget(request: HttpRequest, official: Official) -> HttpResponse:
    """Cap, issued, reserved, left, by programme, and how fast it goes."""
    now = clock.now()
    shown = contexts.budget_page(official, year_asked(request.GET, now), now)
    return page(request, official, "budget", shown)


@require_http_methods(["GET", "POST"])
@in_console
def propose(request: HttpRequest, official: Official) -> HttpResponse:
    """Purpose and legal basis, amount, effect and answers, then the proposer's own signature."""
    now = clock.now()
    if request.method == "POST":
        return _submit(request, official, now)
    draft, step = Draft.of(request.GET, now), _step(request)
    try:
        if step != STEPS[0]:
            approvals.check_purpose(draft.why)
        shown = _context(official, draft, step, now)
    except CityCoinError as no:
        back = STEPS[max(STEPS.index(step) - 1, 0)]
        return _drawn(request, official, contexts.step_page(official, draft, back, now), no)
    return _drawn(request, official, shown)


def _submit(request: HttpRequest, official: Official, now: datetime) -> HttpResponse:
    draft = Draft.of(request.POST, now)
    try:
        check_second_factor(request, official)
        proposal = _propose(request, official, draft, now)
    except CityCoinError as no:
        return _drawn(request, official, _context(official, draft, STEPS[2], now), no)
    return redirect("console-proposal", official.city.slug, proposal.pk)


def _propose(request: HttpRequest, official: Official, draft: Draft, now: datetime) -> Proposal:
    deadline = _number(request, "deadline")
    plan = plan_of(official.city_id, draft.year, cap=draft.won(), why=draft.why, deadline=deadline, now=now)
    return approvals.propose_budget(
        official=official,
        contract=token_of(official.city_id),
        # The one that the page showed: another may have become final meanwhile, and then the answer says so.
        facts=replace(plan.facts, version=_number(request, "version")),
        why=draft.why,
        signature=hex_bytes(request, "signature"),
        now=now,
    )


def _number(request: HttpRequest, name: str) -> int:
    """A number that the page showed and their key signed."""
    return whole_number(request.POST.get(name, ""), most=LARGEST_TIME) or 0


def _step(request: HttpRequest) -> str:
    asked = request.GET.get("step", "")
    return asked if asked in STEPS else STEPS[0]


def _context(official: Official, draft: Draft, step: str, now: datetime) -> StepPage:
    if step != STEPS[2]:
        return contexts.step_page(official, draft, step, now)
    return contexts.check_page(official, draft, step, approvals.OPEN_FOR.last_second(now), now)


def _drawn(
    request: HttpRequest, official: Official, shown: StepPage, error: CityCoinError | None = None
) -> HttpResponse:
    bound_to: dict[str, Any] = {"domain": domain(official)} if shown.signing else {}
    return page(request, official, "budget_propose", shown, error, **bound_to)
