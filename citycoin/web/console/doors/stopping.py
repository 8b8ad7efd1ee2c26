"""The emergency stop: one official stops the city at once, another reviews it and lets it go on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts.stopping import stop_page
from citycoin.web.console.doors.frame import check_second_factor, in_console, page, typed
from contracts.queries import token_of
from wallets.operations import stopping
from wallets.queries import stops

LONGEST_REVIEW = 1000


@require_http_methods(["GET", "POST"])
@in_console
def stop(request: HttpRequest, official: Official) -> HttpResponse:
    """What a stop does, and the form that does it; while there is one, who stopped, why, and the review."""
    if request.method == "GET":
        return _stop_page(request, official)
    try:
        check_second_factor(request, official)
        stopping.stop(official=official, reason=typed(request, "reason"), now=clock.now())
    except CityCoinError as no:
        return _stop_page(request, official, no)
    return redirect("console-stop", official.city.slug)


@require_POST
@in_console
def review(request: HttpRequest, official: Official) -> HttpResponse:
    """Another official's finding, with which the city goes on."""
    try:
        check_second_factor(request, official)
        finding = typed(request, "review", longest=LONGEST_REVIEW)
        stopping.let_go_on(official=official, review=finding, now=clock.now())
    except CityCoinError as no:
        return _stop_page(request, official, no)
    return redirect("console-stop", official.city.slug)


@require_safe
@in_console
def stop_state(_request: HttpRequest, official: Official) -> JsonResponse:
    """How far it is, for the page that waits."""
    there = stops.stop_of(official.city_id)
    return JsonResponse({"state": stops.state_of(there, token_of(official.city_id))})


def _stop_page(request: HttpRequest, official: Official, error: CityCoinError | None = None) -> HttpResponse:
    context = stop_page(official, reason=request.POST.get("reason", ""), review=request.POST.get("review", ""))
    return page(request, official, "stop", context, error)
