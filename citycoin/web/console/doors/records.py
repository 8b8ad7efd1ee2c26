"""The audit log with its verdict, and the incidents."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.doors.permissions import for_officials
from citycoin.platform.accounts.models import Official
from citycoin.platform.audit.queries import events_of, first_broken
from citycoin.web.console.contexts.words import INCIDENTS, said_by
from citycoin.web.console.doors.frame import page, typed
from wallets.models import Incident
from wallets.operations.incidents import close_incident
from wallets.queries.incidents import closed_incidents, open_incidents

ACTS_A_PAGE = 25
INCIDENTS_SHOWN = 100


@require_safe
@for_officials
def acts(request: HttpRequest, official: Official) -> HttpResponse:
    """Who did what and when; whether the chain of hashes is unbroken, recomputed for this page."""
    pages = Paginator(events_of(official.city_id), ACTS_A_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    context = {
        "rows": [said_by(each) for each in shown],
        "shown": shown,
        "count": pages.count,
        "broken": first_broken(official.city_id),
    }
    return page(request, official, "acts", context)


@require_safe
@for_officials
def incidents(request: HttpRequest, official: Official) -> HttpResponse:
    """What should not have happened: the open ones, then those that were closed."""
    return _incidents_page(request, official)


@require_POST
@for_officials
def close(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """Looked at, with what was found."""
    try:
        close_incident(incident_id=number, official=official, finding=typed(request, "reason"), now=clock.now())
    except CityCoinError as no:
        return _incidents_page(request, official, no)
    return redirect("console-incidents", official.city.slug)


def _incidents_page(request: HttpRequest, official: Official, error: CityCoinError | None = None) -> HttpResponse:
    context = {
        "open": _named(open_incidents(official.city_id)[:INCIDENTS_SHOWN]),
        "closed": _named(closed_incidents(official.city_id)[:INCIDENTS_SHOWN]),
    }
    return page(request, official, "incidents", context, error)


def _named(rows: Iterable[Incident]) -> list[tuple[Incident, Words | str]]:
    return [(each, INCIDENTS.get(each.what, each.what)) for each in rows]
