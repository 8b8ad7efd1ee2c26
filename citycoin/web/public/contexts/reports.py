"""To report that something is wrong, and to follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.cities.models import City
from citycoin.platform.reports.domain import KINDS, LONGEST_ABOUT, LONGEST_TEXT, code_said
from citycoin.platform.reports.models import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportForm:
    """The form with what was typed; ``about`` is what the page that led here named."""

    city: City
    kinds: Sequence[tuple[str, Words]]
    kind: str
    about: str
    text: str
    longest_text: int
    longest_about: int
    error: CityCoinError | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """One report as whoever knows its code sees it: what it is about, how far it is, the answer; not who looks after it."""

    city: City
    code: str
    kind: Words
    report: Report
    is_late: bool


def report_form(city: City, *, kind: str, about: str, text: str = "", error: CityCoinError | None = None) -> ReportForm:
    """The form. A kind that there isn't counts as none chosen."""
    return ReportForm(
        city=city,
        kinds=list(KINDS.items()),
        kind=kind if kind in KINDS else "",
        about=about[:LONGEST_ABOUT],
        text=text,
        longest_text=LONGEST_TEXT,
        longest_about=LONGEST_ABOUT,
        error=error,
    )


def report_page(city: City, report: Report, now: datetime) -> ReportPage:
    """The report's page."""
    is_late = report.answered_at is None and report.due_at <= now
    return ReportPage(city=city, code=code_said(report.code), kind=KINDS[report.kind], report=report, is_late=is_late)
