"""Proposals: the list, and the page of one where another official reads it, signs or approves it, or says no."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.money.issuance.models import Proposal
from citycoin.money.issuance.operations import approvals
from citycoin.money.issuance.operations.programme_changes import approve_change
from citycoin.money.issuance.operations.programme_proposals import approve_programme
from citycoin.money.issuance.queries import proposals
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts import proposals as contexts
from citycoin.web.console.doors.frame import check_second_factor, domain, hex_bytes, in_console, page, typed
from contracts.doors import wiring
from contracts.queries import token_of

# What no key signs, and how another official's yes does it.
APPROVING: Final = {Proposal.Kind.PROGRAMME: approve_programme, Proposal.Kind.CHANGE: approve_change}


@require_safe
@in_console
def proposals_page(request: HttpRequest, official: Official) -> HttpResponse:
    """Every proposal, or those that wait for me, or for being sent."""
    return page(request, official, "proposals", contexts.proposals_page(official, request.GET, clock.now()))


@require_safe
@in_console
def proposal_page(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """What is proposed, by whom, why, how far it is, and what I may do."""
    return _shown(request, official, number)


@require_safe
@in_console
def proposal_state(_request: HttpRequest, official: Official, number: int) -> JsonResponse:
    """How far it is, for the page that waits."""
    proposal = proposals.proposal_named(official.city_id, number)
    signed = len(proposals.signatures_of(proposal))
    return JsonResponse({"state": proposals.state_of(proposal, clock.now()), "signatures": signed})


@require_POST
@in_console
def approve(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """Another official's yes: second factor, and their browser's signature where the contract needs it."""
    contract, now = token_of(official.city_id), clock.now()
    try:
        proposal = proposals.proposal_named(official.city_id, number)
        check_second_factor(request, official)
        if proposal.kind in APPROVING:
            APPROVING[Proposal.Kind(proposal.kind)](
                proposal_id=number, official=official, contract=contract, means=wiring.means()
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
@in_console
def carry(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """Send once more what two have signed, where the chain didn't answer then."""
    try:
        _carry_if_signed(proposals.proposal_named(official.city_id, number), official, clock.now())
    except CityCoinError as no:
        return _shown(request, official, number, no)
    return redirect("console-proposal", official.city.slug, number)


@require_POST
@in_console
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
    shown = contexts.proposal_page(proposals.proposal_named(official.city_id, number), official, clock.now())
    bound_to: dict[str, Any] = {} if shown.unsigned else {"domain": domain(official)}
    return page(request, official, "proposal", shown, error, **bound_to)
