"""Binding this browser: a key that never leaves it takes the place of a founding key, or of a leaving official's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.money.issuance.operations import binding
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts.keys import key_page
from citycoin.web.console.doors.frame import check_second_factor, hex_bytes, in_console, page, typed


@require_http_methods(["GET", "POST"])
@in_console
def key(request: HttpRequest, official: Official) -> HttpResponse:
    """Which keys sign for the city, and the way to put one's own among them."""
    if request.method == "GET":
        return page(request, official, "key", key_page(official, clock.now()))
    try:
        check_second_factor(request, official)
        proposal = binding.bind_key(
            official=official,
            public_key=hex_bytes(request, "public_key"),
            proof=hex_bytes(request, "proof"),
            outgoing=typed(request, "outgoing"),
            now=clock.now(),
        )
    except CityCoinError as no:
        return page(request, official, "key", key_page(official, clock.now()), no)
    return redirect("console-proposal", official.city.slug, proposal.pk)
