"""Binding this browser: a key that never leaves it takes the place of a founding key, or of a leaving official's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.money.issuance.models import Proposal
from citycoin.money.issuance.operations import binding
from citycoin.money.issuance.queries import proposals
from citycoin.platform.accounts.doors.permissions import for_officers
from citycoin.platform.accounts.models import Officer
from citycoin.web.console.contexts.words import state_words
from citycoin.web.console.doors.frame import check_second_factor, hex_bytes, page, typed


@require_http_methods(["GET", "POST"])
@for_officers
def key(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Which keys sign for the city, and the way to put one's own among them."""
    if request.method == "GET":
        return page(request, officer, "key", _context(officer))
    try:
        check_second_factor(request, officer)
        proposal = binding.bind_key(
            officer=officer,
            public_key=hex_bytes(request, "public_key"),
            proof=hex_bytes(request, "proof"),
            outgoing=typed(request, "outgoing"),
            now=clock.now(),
        )
    except CityCoinError as no:
        return page(request, officer, "key", _context(officer), no)
    return redirect("console-proposal", officer.city.slug, proposal.pk)


def _context(officer: Officer) -> dict[str, Any]:
    now = clock.now()
    holders = proposals.holders(officer.city_id)
    mine = proposals.proposals_of(officer.city_id).filter(proposed_by=officer, kind=Proposal.Kind.ROTATION)[:5]
    names = {official.address: held.officer.person.username for official, held in holders if held}
    return {
        "holders": holders,
        "in_force": " ".join(each.address for each in proposals.keys_in_force(officer)),
        "replaceable": [(each, names.get(each.address)) for each in binding.replaceable(officer, now)],
        "mine": [(each, state_words(proposals.state_of(each, now))) for each in mine],
        "text": binding.binding_text(officer),
    }
