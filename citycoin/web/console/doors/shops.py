"""Applications of shops: approved, or rejected with a reason that the shop can read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.domain.phones import masked
from citycoin.platform.accounts.doors.permissions import for_officers
from citycoin.platform.accounts.models import Officer
from citycoin.platform.accounts.queries import name_of
from citycoin.web.console.doors.frame import page, typed
from contracts.doors import wiring
from merchants.doors.words import CATEGORY_WORDS
from merchants.models import Category, ShopApplication
from merchants.operations.applications import ApplicationUnknown, approve_application, reject_application

DECIDED_SHOWN = 20


@require_safe
@for_officers
def shops(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Those that wait, oldest first; then the last decisions."""
    return _page(request, officer)


@require_POST
@for_officers
def decide(request: HttpRequest, officer: Officer, number: int) -> HttpResponse:
    """One official's yes or no."""
    try:
        application = ShopApplication.objects.filter(pk=number, city_id=officer.city_id).first()
        if application is None:
            raise ApplicationUnknown
        if request.POST.get("decision") == "approve":
            approve_application(application=application, officer=officer, signer=wiring.signer(), now=clock.now())
        else:
            reject_application(
                application=application, officer=officer, reason=typed(request, "reason"), now=clock.now()
            )
    except CityCoinError as no:
        return _page(request, officer, no)
    return redirect("console-shops", officer.city.slug)


def _page(request: HttpRequest, officer: Officer, error: CityCoinError | None = None) -> HttpResponse:
    rows = ShopApplication.objects.filter(city_id=officer.city_id).select_related("applicant", "decided_by__person")
    waiting = rows.filter(status=ShopApplication.Status.WAITING).order_by("pk")
    context = {
        "waiting": [
            (each, masked(name) if (name := name_of(each.applicant)) else "", CATEGORY_WORDS[Category(each.category)])
            for each in waiting
        ],
        "decided": rows.exclude(status=ShopApplication.Status.WAITING).order_by("-decided_at")[:DECIDED_SHOWN],
        "shops": officer.city.shops.count(),
    }
    return page(request, officer, "shops", context, error)
