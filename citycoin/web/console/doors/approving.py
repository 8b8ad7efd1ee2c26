"""Proposals: the list, and the page of one where another official reads it, signs or approves it, or says no."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.money.issuance.models import Proposal
from citycoin.money.issuance.operations import approvals
from citycoin.money.issuance.operations import programme_proposals as programme_operations
from citycoin.money.issuance.operations.decisions import BudgetFacts
from citycoin.money.issuance.queries import proposals
from citycoin.money.issuance.queries.officials import officials_of
from citycoin.platform.accounts.doors.permissions import for_officers
from citycoin.platform.accounts.models import Officer
from citycoin.web.console.contexts.words import KINDS, rule_in_words, state_words
from citycoin.web.console.doors.budget import effect_of, signing_of
from citycoin.web.console.doors.frame import check_second_factor, domain, hex_bytes, page, typed
from contracts.doors import wiring
from contracts.queries import token_of

LISTED = 50


@require_safe
@for_officers
def proposals_page(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Every proposal, or those that wait for me."""
    now, mine = clock.now(), request.GET.get("state") == "mine"
    rows = proposals.waiting_for(officer, now) if mine else list(proposals.proposals_of(officer.city_id)[:LISTED])
    shown = [(each, KINDS[Proposal.Kind(each.kind)], state_words(proposals.state_of(each, now))) for each in rows]
    return page(request, officer, "proposals", {"rows": shown, "mine": mine})


@require_safe
@for_officers
def proposal_page(request: HttpRequest, officer: Officer, number: int) -> HttpResponse:
    """What is proposed, by whom, why, how far it is, and what I may do."""
    return _shown(request, officer, number)


@require_safe
@for_officers
def proposal_state(_request: HttpRequest, officer: Officer, number: int) -> JsonResponse:
    """How far it is, for the page that waits."""
    proposal = proposals.proposal_named(officer.city_id, number)
    return JsonResponse({"state": proposals.state_of(proposal, clock.now()), "signatures": proposal.signatures.count()})


@require_POST
@for_officers
def approve(request: HttpRequest, officer: Officer, number: int) -> HttpResponse:
    """Another official's yes: second factor, and her browser's signature where the contract needs it."""
    contract, now = token_of(officer.city_id), clock.now()
    try:
        proposal = proposals.proposal_named(officer.city_id, number)
        check_second_factor(request, officer)
        if proposal.kind == Proposal.Kind.PROGRAMME:
            programme_operations.approve_programme(
                proposal_id=number,
                officer=officer,
                contract=contract,
                means=wiring.means(),
            )
        else:
            signature = hex_bytes(request, "signature")
            signed = approvals.sign(
                proposal_id=number, officer=officer, contract=contract, signature=signature, now=now
            )
            _carry_if_signed(signed, officer, now)
    except CityCoinError as no:
        return _shown(request, officer, number, no)
    return redirect("console-proposal", officer.city.slug, number)


@require_POST
@for_officers
def carry(request: HttpRequest, officer: Officer, number: int) -> HttpResponse:
    """Send once more what two have signed, where the chain didn't answer then."""
    try:
        _carry_if_signed(proposals.proposal_named(officer.city_id, number), officer, clock.now())
    except CityCoinError as no:
        return _shown(request, officer, number, no)
    return redirect("console-proposal", officer.city.slug, number)


@require_POST
@for_officers
def reject(request: HttpRequest, officer: Officer, number: int) -> HttpResponse:
    """No, and why; or one's own proposal taken back."""
    try:
        approvals.reject(proposal_id=number, officer=officer, reason=typed(request, "reason"), now=clock.now())
    except CityCoinError as no:
        return _shown(request, officer, number, no)
    return redirect("console-proposal", officer.city.slug, number)


def _carry_if_signed(proposal: Proposal, officer: Officer, now: datetime) -> None:
    if proposals.state_of(proposal, now) == "signed":
        approvals.carry_signed(
            proposal=proposal,
            officer=officer,
            contract=token_of(officer.city_id),
            gateway=wiring.chain_gateway(),
            means=wiring.means(),
        )


def _shown(request: HttpRequest, officer: Officer, number: int, error: CityCoinError | None = None) -> HttpResponse:
    proposal, now = proposals.proposal_named(officer.city_id, number), clock.now()
    state = state_words(proposals.state_of(proposal, now))
    signatures = list(proposal.signatures.select_related("officer__person").order_by("pk"))
    is_mine = proposal.proposed_by_id == officer.pk
    signed_by_me = any(each.officer_id == officer.pk for each in signatures)
    context = {
        "proposal": proposal,
        "kind": KINDS[Proposal.Kind(proposal.kind)],
        "state": state,
        "signatures": signatures,
        "is_mine": is_mine,
        "is_open": state["name"] in ("open", "signed"),
        "may_approve": state["name"] == "open" and not is_mine and not signed_by_me,
        "signed_by_me": signed_by_me,
        "can_sign": proposal.kind == Proposal.Kind.PROGRAMME or bool(proposals.keys_in_force(officer)),
        "submission": proposal.decision.submission if proposal.decision else None,
    }
    return page(request, officer, "proposal", context | _facts(proposal, officer, now), error)


def _facts(proposal: Proposal, officer: Officer, now: datetime) -> dict[str, Any]:
    """What it would do, as its kind says it."""
    if proposal.kind == Proposal.Kind.PROGRAMME:
        return {"plan": proposal.facts, "sentence": rule_in_words(programme_operations.rule_of(proposal))}
    facts = approvals.facts_of(proposal)
    if isinstance(facts, BudgetFacts):
        effect = {"effect": effect_of(facts, officer.city_id, now)} if proposal.status == proposals.OPEN else {}
        return signing_of(facts, officer) | effect
    outgoing = officials_of(officer.city_id).filter(address=proposal.facts["outgoing"]).first()
    names = {
        official.address: held.officer.person.username for official, held in proposals.holders(officer.city_id) if held
    }
    return {
        "rotation": facts,
        "outgoing_is_founding": bool(outgoing and outgoing.founding),
        "outgoing_name": names.get(proposal.facts["outgoing"]),
        "deadline": datetime.fromtimestamp(proposal.facts["deadline"], tz=UTC),
        "domain": domain(officer),
        "in_force": " ".join(each.address for each in proposals.keys_in_force(officer)),
        "founding_left": officials_of(officer.city_id).filter(founding=True).count(),
    }
