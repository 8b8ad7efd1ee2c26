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
from merchants.models import Category, ShopApplication
from merchants.operations.applications import ApplicationUnknown, approve_application, reject_application

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
        application = ShopApplication.objects.filter(pk=number, city_id=official.city_id).first()
        if application is None:
            raise ApplicationUnknown
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
    rows = ShopApplication.objects.filter(city_id=official.city_id).select_related("applicant", "decided_by__person")
    waiting = rows.filter(status=ShopApplication.Status.WAITING).order_by("pk")
    context = {
        "waiting": [
            (each, masked(name) if (name := name_of(each.applicant)) else "", CATEGORY_WORDS[Category(each.category)])
            for each in waiting
        ],
        "decided": rows.exclude(status=ShopApplication.Status.WAITING).order_by("-decided_at")[:DECIDED_SHOWN],
        "shops": official.city.shops.count(),
    }
    return page(request, official, "shops", context, error)
