"""The register of shops, a page of each, and applications: approved, or rejected with a reason that the shop can read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.models import Official
from citycoin.platform.exports.doors.files import exported, job_page
from citycoin.web.console.contexts import shop as of_shop
from citycoin.web.console.contexts import shops as contexts
from citycoin.web.console.contexts.shops_act import UNFREEZE, act_page
from citycoin.web.console.doors.frame import check_second_factor, in_console, page, typed
from citycoin.web.console.doors.recipes import REGISTER
from contracts.doors import wiring
from merchants.operations import register_views
from merchants.operations.applications import approve_application, reject_application
from merchants.operations.standing import freeze_shops, unfreeze_shops
from merchants.queries.applications import application_named


@require_safe
@in_console
def shops(request: HttpRequest, official: Official) -> HttpResponse:
    """The register, as the URL asks for it."""
    return page(request, official, "shops", contexts.register_page(official, request.GET, clock.now()))


@require_safe
@in_console
def shops_file(request: HttpRequest, official: Official) -> HttpResponseBase:
    """The register's rows that the URL asks for, all of them, as a file."""
    now = clock.now()
    table = contexts.register_file(official, request.GET, now)
    job = job_page(REGISTER, official.city, query=contexts.view_query(official, request.GET))
    return exported(request, table, f"{official.city.slug}-shops-{now.astimezone(KST):%Y-%m-%d}", job=job)


@require_safe
@in_console
def shop(request: HttpRequest, official: Official, shop_id: int) -> HttpResponse:
    """One shop, with its sums by month."""
    return page(request, official, "shop", of_shop.shop_page(official, shop_id, clock.now()))


@require_safe
@in_console
def shop_months_file(request: HttpRequest, official: Official, shop_id: int) -> HttpResponseBase:
    """The rows of the shop's picture, as a file."""
    now = clock.now()
    table = of_shop.shop_months_file(official, shop_id, now)
    return exported(request, table, f"{official.city.slug}-shop-{shop_id}-months-{now.astimezone(KST):%Y-%m-%d}")


@require_http_methods(["GET", "HEAD", "POST"])
@in_console
def act(request: HttpRequest, official: Official) -> HttpResponse:
    """What an act on the chosen shops would change; sent with a reason and the second factor, it is done."""
    said = request.POST if request.method == "POST" else request.GET
    name, numbers, reason = said.get("act", ""), said.getlist("shop"), typed(request, "reason")
    context = act_page(official, name, numbers, is_done="done" in said, reason=reason)
    if request.method != "POST":
        return page(request, official, "shops_act", context)
    try:
        check_second_factor(request, official)
        do = unfreeze_shops if context.act == UNFREEZE else freeze_shops
        do(official=official, shops=context.shops, reason=reason, now=clock.now())
    except CityCoinError as no:
        return page(request, official, "shops_act", context, no)
    done = QueryDict(mutable=True)
    done["act"], done["done"] = context.act, "1"
    done.setlist("shop", [str(each.pk) for each in context.shops])
    return redirect(f"{reverse('console-shops-act', args=[official.city.slug])}?{done.urlencode()}")


@require_POST
@in_console
def save_view(request: HttpRequest, official: Official) -> HttpResponse:
    """Keep what the register shows under a name."""
    query, name = QueryDict(request.POST.get("query", "").removeprefix("?")), request.POST.get("name", "")
    kept = contexts.view_query(official, query)
    try:
        register_views.save_view(official=official, name=name, query=kept, now=clock.now())
    except CityCoinError as no:
        context = contexts.register_page(official, query, clock.now(), view_name=name)
        return page(request, official, "shops", context, no)
    return redirect(f"{reverse('console-shops', args=[official.city.slug])}{kept}")


@require_POST
@in_console
def remove_view(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """Forget one of the official's own. Raises ViewUnknown."""
    register_views.remove_view(official=official, number=number)
    return redirect("console-shops", official.city.slug)


@require_safe
@in_console
def applications(request: HttpRequest, official: Official) -> HttpResponse:
    """Those that wait, oldest first; then the last decisions."""
    return page(request, official, "applications", contexts.applications_page(official))


@require_POST
@in_console
def decide(request: HttpRequest, official: Official, application_id: int) -> HttpResponse:
    """One official's yes or no."""
    try:
        application = application_named(official.city_id, application_id)
        if request.POST.get("decision") == "approve":
            approve_application(application=application, official=official, signer=wiring.signer(), now=clock.now())
        else:
            reject_application(
                application=application, official=official, reason=typed(request, "reason"), now=clock.now()
            )
    except CityCoinError as no:
        return page(request, official, "applications", contexts.applications_page(official), no)
    return redirect("console-shop-applications", official.city.slug)
