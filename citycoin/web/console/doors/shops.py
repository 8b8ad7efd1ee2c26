"""Applications of shops: approved, or rejected with a reason that the shop can read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.domain.phones import masked
from citycoin.platform.accounts.doors.permissions import for_officials
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.queries import name_of
from citycoin.web.console.doors.frame import page, typed
from contracts.doors import wiring
from merchants.doors.words import CATEGORY_WORDS
from merchants.models import Category
from merchants.operations.applications import approve_application, reject_application
from merchants.queries.applications import application_named, decided_applications, waiting_applications
from merchants.queries.shops import count_of_shops

DECIDED_SHOWN = 20


@require_safe
@for_officials
def shops(request: HttpRequest, official: Official) -> HttpResponse:
    """Those that wait, oldest first; then the last decisions."""
    return _page(request, official)


@require_POST
@for_officials
def decide(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """One official's yes or no."""
    try:
        application = application_named(official.city_id, number)
        if request.POST.get("decision") == "approve":
            approve_application(application=application, official=official, signer=wiring.signer(), now=clock.now())
        else:
            reject_application(
                application=application, official=official, reason=typed(request, "reason"), now=clock.now()
            )
    except CityCoinError as no:
        return _page(request, official, no)
    return redirect("console-shops", official.city.slug)


def _page(request: HttpRequest, official: Official, error: CityCoinError | None = None) -> HttpResponse:
    context = {
        "waiting": [
            (each, masked(name) if (name := name_of(each.applicant)) else "", CATEGORY_WORDS[Category(each.category)])
            for each in waiting_applications(official.city_id)
        ],
        "decided": decided_applications(official.city_id)[:DECIDED_SHOWN],
        "shops": count_of_shops(official.city_id),
    }
    return page(request, official, "shops", context, error)
