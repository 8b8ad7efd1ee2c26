"""Reports are written by anybody, taken and answered by officials."""

from __future__ import annotations

from datetime import datetime

from citycoin.foundation import vault
from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Conflict, Malformed, Rejected
from citycoin.foundation.kernel.text import sentence
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Official
from citycoin.platform.audit import operations as audit
from citycoin.platform.cities.models import City
from citycoin.platform.reports import domain
from citycoin.platform.reports.models import Report
from citycoin.platform.reports.queries import ReportUnknown

NETWORK_OWNER = "network of a report"


class ReportEmpty(Malformed):
    """Nothing is said, or more than a report holds; or what it is about is none of the kinds."""

    code = "report_empty"
    ko = "무엇이 다른지 1,000자까지 적어 주세요."
    en = "Please say what is wrong, in at most 1,000 letters."


class TooManyReports(Rejected):
    """The network has reported much within the hour, or more waits than officials can read."""

    code = "too_many_reports"
    ko = "지금은 신고가 너무 많아요. 한 시간 뒤에 다시 하거나 아래 번호로 전화해 주세요."
    en = "There are too many reports now. Please try again in an hour, or call the number below."


class ReportAnswered(Conflict):
    """It has its answer."""

    code = "report_answered"
    ko = "이미 답한 신고입니다. 새로 고쳐 확인해 주십시오."
    en = "This report has been answered already. Please reload the page."


class AnswerMissing(Malformed):
    """An official's answer without a word."""

    code = "answer_missing"
    ko = "답을 1,000자까지 적어 주십시오."
    en = "Please write an answer, in at most 1,000 letters."


@commits("report")
def report(*, city: City, kind: str, about: str, text: str, address: str, now: datetime) -> Report:
    """Write a report down; ``address``: where it comes from, of which only a keyed hash is kept, for the pace.

    Raises ReportEmpty, TooManyReports.
    """
    said, named = sentence(text), sentence(about)
    if kind not in domain.KINDS or not said or len(said) > domain.LONGEST_TEXT or len(named) > domain.LONGEST_ABOUT:
        raise ReportEmpty
    network = vault.fingerprint(domain.network_of(address), owner=NETWORK_OWNER)
    lately = Report.objects.filter(network=network, reported_at__gt=now - domain.PACE)
    waiting = Report.objects.filter(city=city, answered_at=None)
    if lately.count() >= domain.MOST_OF_A_NETWORK or waiting.count() >= domain.MOST_UNANSWERED:
        raise TooManyReports
    return Report.objects.create(
        city=city,
        code=domain.new_code(),
        kind=kind,
        about=named,
        text=said,
        network=network,
        reported_at=now,
        due_at=domain.ANSWER_WITHIN.ends_after(now),
    )


@commits("take_report")
def take(*, number: int, official: Official, now: datetime) -> Report:
    """The official looks after it from now on. Raises ReportUnknown, ReportAnswered."""
    found = _open(number, official)
    found.owner = official
    found.save(update_fields=["owner"])
    audit.record(city_id=official.city_id, official=official, act="report.taken", facts={"report": found.pk}, now=now)
    return found


@commits("answer_report")
def answer(*, number: int, official: Official, text: str, now: datetime) -> Report:
    """Answer it, which ends it; who has no owner yet is theirs. Raises ReportUnknown, ReportAnswered, AnswerMissing."""
    said = sentence(text)
    found = _open(number, official)
    if not said or len(said) > domain.LONGEST_TEXT:
        raise AnswerMissing
    found.owner = found.owner or official
    found.answer, found.answered_by, found.answered_at, found.network = said, official, now, b""
    found.save(update_fields=["owner", "answer", "answered_by", "answered_at", "network"])
    audit.record(
        city_id=official.city_id, official=official, act="report.answered", facts={"report": found.pk}, now=now
    )
    return found


def _open(number: int, official: Official) -> Report:
    found = locked(Report.objects.filter(pk=number, city_id=official.city_id)).first()
    if found is None:
        raise ReportUnknown
    if found.answered_at:
        raise ReportAnswered
    return found
