"""Anybody says that something is wrong, without an account, and follows it by its code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from citycoin.foundation.http.errors import status_of
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.cities.queries import city_named
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.platform.reports import operations
from citycoin.platform.reports.domain import code_said
from citycoin.platform.reports.queries import report_under
from citycoin.web.public.contexts.reports import ReportForm, report_form, report_page


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, city: str) -> HttpResponse:
    """The form; sent, the page under the report's code. A link may say ``?kind=`` and ``?about=``."""
    tenant = city_named(city)
    if request.method == "GET":
        code = request.GET.get("code", "")
        if code:
            return redirect("report-state", city, code_said(report_under(tenant.pk, code).code))
        asked = request.GET
        return _form(request, report_form(tenant, kind=asked.get("kind", ""), about=asked.get("about", "")))
    given = request.POST
    kind, about, text = given.get("kind", ""), given.get("about", ""), given.get("text", "")
    address = request.META.get("REMOTE_ADDR", "")
    try:
        made = operations.report(city=tenant, kind=kind, about=about, text=text, address=address, now=clock.now())
    except CityCoinError as no:
        return _form(request, report_form(tenant, kind=kind, about=about, text=text, error=no))
    return redirect("report-state", city, code_said(made.code))


@require_safe
def state(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """How far it is, and the answer. Raises ReportUnknown."""
    tenant = city_named(city)
    context = report_page(tenant, report_under(tenant.pk, code), clock.now())
    return render(request, "public/report_state.html", fields_of(context))


def _form(request: HttpRequest, context: ReportForm) -> HttpResponse:
    status = status_of(type(context.error)) if context.error else 200
    return render(request, "public/report.html", fields_of(context), status=status)
