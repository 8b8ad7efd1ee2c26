"""The emergency stop: one official stops the city at once, another reviews it and lets it go on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.doors.permissions import for_officers
from citycoin.platform.accounts.models import Officer
from citycoin.web.console.doors.frame import check_second_factor, page, typed
from contracts.queries import token_of
from wallets.operations import stopping

LISTED = 10
LONGEST_REVIEW = 1000


@require_http_methods(["GET", "POST"])
@for_officers
def stop(request: HttpRequest, officer: Officer) -> HttpResponse:
    """What a stop does, and the form that does it; while there is one, who stopped, why, and the review."""
    if request.method == "GET":
        return _stop_page(request, officer)
    try:
        check_second_factor(request, officer)
        stopping.stop(officer=officer, reason=typed(request, "reason"), now=clock.now())
    except CityCoinError as no:
        return _stop_page(request, officer, no)
    return redirect("console-stop", officer.city.slug)


@require_POST
@for_officers
def review(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Another official's finding, with which the city goes on."""
    try:
        check_second_factor(request, officer)
        finding = typed(request, "review", longest=LONGEST_REVIEW)
        stopping.let_go_on(officer=officer, review=finding, now=clock.now())
    except CityCoinError as no:
        return _stop_page(request, officer, no)
    return redirect("console-stop", officer.city.slug)


@require_safe
@for_officers
def stop_state(_request: HttpRequest, officer: Officer) -> JsonResponse:
    """How far it is, for the page that waits."""
    there = stopping.stop_of(officer.city_id)
    return JsonResponse({"state": stopping.state_of(there, token_of(officer.city_id))})


def _stop_page(request: HttpRequest, officer: Officer, error: CityCoinError | None = None) -> HttpResponse:
    there = stopping.stop_of(officer.city_id)
    context = {
        "there": there,
        "state": stopping.state_of(there, token_of(officer.city_id)),
        "is_mine": there is not None and there.stopped_by.person_id == officer.person_id,
        "past": stopping.stops().filter(city_id=officer.city_id).exclude(ended_at=None)[:LISTED],
        "reason": request.POST.get("reason", ""),
        "review": request.POST.get("review", ""),
    }
    return page(request, officer, "stop", context, error)
