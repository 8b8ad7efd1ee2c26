"""The inbox of what people reported: taken by an official, answered by a due date."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.doors.permissions import for_officials
from citycoin.platform.accounts.models import Official
from citycoin.platform.reports import operations
from citycoin.web.console.contexts.reports import report_page, reports_page
from citycoin.web.console.doors.frame import page


@require_safe
@for_officials
def reports(request: HttpRequest, official: Official) -> HttpResponse:
    """Those that wait, by their due dates, and what was answered."""
    return page(request, official, "reports", reports_page(official, clock.now()))


@require_safe
@for_officials
def report(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """One, with its answer or the form for it. Raises ReportUnknown."""
    return page(request, official, "report", report_page(official, number, clock.now()))


@require_POST
@for_officials
def take(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """The official looks after it. Raises ReportUnknown."""
    try:
        operations.take(number=number, official=official, now=clock.now())
    except operations.ReportAnswered as no:
        return page(request, official, "report", report_page(official, number, clock.now()), no)
    return redirect("console-report", official.city.slug, number)


@require_POST
@for_officials
def answer(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """Answered, which ends it; what was typed stays where it is refused. Raises ReportUnknown."""
    text = request.POST.get("answer", "")
    try:
        operations.answer(number=number, official=official, text=text, now=clock.now())
    except (operations.ReportAnswered, operations.AnswerMissing) as no:
        shown: CityCoinError = no
        return page(request, official, "report", report_page(official, number, clock.now(), typed=text), shown)
    return redirect("console-report", official.city.slug, number)
