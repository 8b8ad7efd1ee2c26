"""The audit log with its verdict, and the incidents."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.models import Official
from citycoin.platform.incidents.operations import close_incident
from citycoin.platform.queues.operations import requeue
from citycoin.web.console.contexts.records import acts_page, incidents_page
from citycoin.web.console.doors.frame import in_console, page, typed


@require_safe
@in_console
def acts(request: HttpRequest, official: Official) -> HttpResponse:
    """Who did what and when; whether the chain of hashes is unbroken, recomputed for this page."""
    return page(request, official, "acts", acts_page(official, request.GET))


@require_safe
@in_console
def incidents(request: HttpRequest, official: Official) -> HttpResponse:
    """What should not have happened: the open ones, then those that were closed."""
    return page(request, official, "incidents", incidents_page(official))


@require_POST
@in_console
def close(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """Looked at, with what was found."""
    try:
        close_incident(incident_id=number, official=official, finding=typed(request, "reason"), now=clock.now())
    except CityCoinError as no:
        return page(request, official, "incidents", incidents_page(official), no)
    return redirect("console-incidents", official.city.slug)


@require_POST
@in_console
def try_again(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """The row that was set aside with this incident is tried again, and the incident is closed."""
    try:
        requeue(incident_id=number, official=official, now=clock.now())
    except CityCoinError as no:
        return page(request, official, "incidents", incidents_page(official), no)
    return redirect("console-incidents", official.city.slug)
