"""Reads of reports."""

from __future__ import annotations

from django.db.models import QuerySet

from citycoin.foundation.kernel.errors import NotFound
from citycoin.platform.reports.domain import code_of
from citycoin.platform.reports.models import Report


class ReportUnknown(NotFound):
    """The city has no report under this code or number."""

    code = "report_unknown"
    ko = "그런 신고가 없어요. 접수 번호를 확인해 주세요."
    en = "There is no such report. Please check its code."


def reports_of(city_id: int) -> QuerySet[Report]:
    """Every report of the city with who looks after it: those without an answer by their due dates, then the others."""
    rows = Report.objects.filter(city_id=city_id).select_related("owner__person", "answered_by__person")
    return rows.order_by("answered_at", "due_at", "pk")


def unanswered(city_id: int) -> QuerySet[Report]:
    """Those that wait, the first due first."""
    return reports_of(city_id).filter(answered_at=None)


def answered(city_id: int) -> QuerySet[Report]:
    """Those that are over, the last answered first."""
    return reports_of(city_id).exclude(answered_at=None).order_by("-answered_at")


def report_under(city_id: int, code: str) -> Report:
    """The city's report that this code, as it was typed, names. Raises ReportUnknown."""
    return _found(Report.objects.filter(city_id=city_id, code=code_of(code) or ""))


def report_numbered(city_id: int, number: int) -> Report:
    """The city's report with this number. Raises ReportUnknown."""
    return _found(reports_of(city_id).filter(pk=number))


def _found(rows: QuerySet[Report]) -> Report:
    found = rows.first()
    if found is None:
        raise ReportUnknown
    return found
