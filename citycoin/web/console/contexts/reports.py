"""What people reported: the list, and one with its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.platform.accounts.models import Official
from citycoin.platform.reports import queries
from citycoin.platform.reports.domain import KINDS, LONGEST_TEXT, code_said
from citycoin.platform.reports.models import Report

ANSWERED_SHOWN: Final = 30
EXCERPT: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportShown:
    """A report, its code as it is read out, and whether its day is over."""

    report: Report
    code: str
    kind: Words
    is_late: bool

    @property
    def title(self) -> str:
        """What it is about, in one line."""
        return f"{self.kind} · {self.report.about}" if self.report.about else str(self.kind)

    @property
    def excerpt(self) -> str:
        """The beginning of its answer, or of what was reported."""
        return shorten(self.report.answer or self.report.text, EXCERPT, placeholder="…")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsPage:
    """Those that wait, the first due first, and the last ones that were answered."""

    waiting: Sequence[ReportShown]
    answered: Sequence[ReportShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneReportPage:
    """One of them, with what was typed as its answer."""

    shown: ReportShown
    is_mine: bool
    typed: str
    longest: int


def reports_page(official: Official, now: datetime) -> ReportsPage:
    """The list of the official's city."""
    return ReportsPage(
        waiting=[_shown(each, now) for each in queries.unanswered(official.city_id)],
        answered=[_shown(each, now) for each in queries.answered(official.city_id)[:ANSWERED_SHOWN]],
    )


def report_page(official: Official, number: int, now: datetime, *, typed: str = "") -> OneReportPage:
    """The report with this number. Raises ReportUnknown."""
    found = queries.report_numbered(official.city_id, number)
    return OneReportPage(
        shown=_shown(found, now), is_mine=found.owner_id == official.pk, typed=typed, longest=LONGEST_TEXT
    )


def _shown(report: Report, now: datetime) -> ReportShown:
    is_late = report.answered_at is None and report.due_at <= now
    return ReportShown(report=report, code=code_said(report.code), kind=KINDS[report.kind], is_late=is_late)
