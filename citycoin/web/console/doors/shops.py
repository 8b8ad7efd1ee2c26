"""Applications of shops: approved, or rejected with a reason that the shop can read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.doors.permissions import for_officials
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts.shops import shops_page
from citycoin.web.console.doors.frame import page, typed
from contracts.doors import wiring
from merchants.operations.applications import approve_application, reject_application
from merchants.queries.applications import application_named


@require_safe
@for_officials
def shops(request: HttpRequest, official: Official) -> HttpResponse:
    """Those that wait, oldest first; then the last decisions."""
    return page(request, official, "shops", shops_page(official))


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
        return page(request, official, "shops", shops_page(official), no)
    return redirect("console-shops", official.city.slug)
