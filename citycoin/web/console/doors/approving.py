"""Proposals: the list, and the page of one where another official reads it, signs or approves it, or says no."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.money import Won
from citycoin.money.issuance.domain.decisions import BudgetFacts
from citycoin.money.issuance.models import Proposal
from citycoin.money.issuance.operations import approvals
from citycoin.money.issuance.operations import programme_proposals as programme_operations
from citycoin.money.issuance.queries import proposals
from citycoin.money.issuance.queries.budget_plans import plan_of
from citycoin.money.issuance.queries.official_keys import official_keys_of
from citycoin.platform.accounts.doors.permissions import for_officials
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts.words import KINDS, rule_in_words, state_words
from citycoin.web.console.doors.budget import signing_of
from citycoin.web.console.doors.frame import check_second_factor, domain, hex_bytes, page, typed
from contracts.doors import wiring
from contracts.queries import token_of

LISTED = 50


@require_safe
@for_officials
def proposals_page(request: HttpRequest, official: Official) -> HttpResponse:
    """Every proposal, or those that wait for me."""
    now, mine = clock.now(), request.GET.get("state") == "mine"
    rows = proposals.waiting_for(official, now) if mine else list(proposals.proposals_of(official.city_id)[:LISTED])
    shown = [(each, KINDS[Proposal.Kind(each.kind)], state_words(proposals.state_of(each, now))) for each in rows]
    return page(request, official, "proposals", {"rows": shown, "mine": mine})


@require_safe
@for_officials
def proposal_page(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """What is proposed, by whom, why, how far it is, and what I may do."""
    return _shown(request, official, number)


@require_safe
@for_officials
def proposal_state(_request: HttpRequest, official: Official, number: int) -> JsonResponse:
    """How far it is, for the page that waits."""
    proposal = proposals.proposal_named(official.city_id, number)
    return JsonResponse({"state": proposals.state_of(proposal, clock.now()), "signatures": proposal.signatures.count()})


@require_POST
@for_officials
def approve(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """Another official's yes: second factor, and their browser's signature where the contract needs it."""
    contract, now = token_of(official.city_id), clock.now()
    try:
        proposal = proposals.proposal_named(official.city_id, number)
        check_second_factor(request, official)
        if proposal.kind == Proposal.Kind.PROGRAMME:
            programme_operations.approve_programme(
                proposal_id=number,
                official=official,
                contract=contract,
                means=wiring.means(),
            )
        else:
            signature = hex_bytes(request, "signature")
            signed = approvals.sign(
                proposal_id=number, official=official, contract=contract, signature=signature, now=now
            )
            _carry_if_signed(signed, official, now)
    except CityCoinError as no:
        return _shown(request, official, number, no)
    return redirect("console-proposal", official.city.slug, number)


@require_POST
@for_officials
def carry(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """Send once more what two have signed, where the chain didn't answer then."""
    try:
        _carry_if_signed(proposals.proposal_named(official.city_id, number), official, clock.now())
    except CityCoinError as no:
        return _shown(request, official, number, no)
    return redirect("console-proposal", official.city.slug, number)


@require_POST
@for_officials
def reject(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """No, and why; or one's own proposal taken back."""
    try:
        approvals.reject(proposal_id=number, official=official, reason=typed(request, "reason"), now=clock.now())
    except CityCoinError as no:
        return _shown(request, official, number, no)
    return redirect("console-proposal", official.city.slug, number)


def _carry_if_signed(proposal: Proposal, official: Official, now: datetime) -> None:
    if proposals.state_of(proposal, now) == "signed":
        approvals.carry_signed(
            proposal=proposal,
            official=official,
            contract=token_of(official.city_id),
            gateway=wiring.chain_gateway(),
            means=wiring.means(),
        )


def _shown(request: HttpRequest, official: Official, number: int, error: CityCoinError | None = None) -> HttpResponse:
    proposal, now = proposals.proposal_named(official.city_id, number), clock.now()
    state = state_words(proposals.state_of(proposal, now))
    signatures = list(proposal.signatures.select_related("official__person").order_by("pk"))
    is_mine = proposal.proposed_by_id == official.pk
    signed_by_me = any(each.official_id == official.pk for each in signatures)
    context = {
        "proposal": proposal,
        "kind": KINDS[Proposal.Kind(proposal.kind)],
        "state": state,
        "signatures": signatures,
        "is_mine": is_mine,
        "is_open": state["name"] in ("open", "signed"),
        "may_approve": state["name"] == "open" and not is_mine and not signed_by_me,
        "signed_by_me": signed_by_me,
        "can_sign": proposal.kind == Proposal.Kind.PROGRAMME or bool(proposals.keys_in_force(official)),
        "submission": proposal.decision.submission if proposal.decision else None,
    }
    return page(request, official, "proposal", context | _facts(proposal, official, now), error)


def _facts(proposal: Proposal, official: Official, now: datetime) -> dict[str, Any]:
    """What it would do, as its kind says it."""
    if proposal.kind == Proposal.Kind.PROGRAMME:
        return {"plan": proposal.facts, "sentence": rule_in_words(proposals.rule_of(proposal))}
    facts = proposals.facts_of(proposal)
    if isinstance(facts, BudgetFacts):
        if proposal.status != proposals.OPEN:
            return signing_of(facts, official)
        plan = plan_of(official.city_id, facts.year, cap=Won(facts.cap), deadline=facts.deadline, now=now)
        return signing_of(facts, official) | {"effect": plan.effect}
    outgoing = official_keys_of(official.city_id).filter(address=proposal.facts["outgoing"]).first()
    names = {key.address: held.official.person.username for key, held in proposals.holders(official.city_id) if held}
    return {
        "rotation": facts,
        "outgoing_is_founding": bool(outgoing and outgoing.founding),
        "outgoing_name": names.get(proposal.facts["outgoing"]),
        "deadline": datetime.fromtimestamp(proposal.facts["deadline"], tz=UTC),
        "domain": domain(official),
        "in_force": " ".join(each.address for each in proposals.keys_in_force(official)),
        "founding_left": official_keys_of(official.city_id).filter(founding=True).count(),
    }
