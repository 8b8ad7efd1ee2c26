"""Reads of issuing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Sum

from citycoin.issuance.models import Budget, Decision, Official, Programme, TopUp
from citycoin.kernel.clock import fiscal_year
from citycoin.kernel.errors import NotFound
from contracts.models import Submission
from contracts.queries import submission_of


class BudgetUnknown(NotFound):
    """No budget of that year is signed."""

    code = "budget_unknown"
    ko = "그 해의 예산이 없어요."
    en = "There is no budget for that year."


class TopUpUnknown(NotFound):
    """The wallet has no such top-up."""

    code = "top_up_unknown"
    ko = "그런 충전이 없어요."
    en = "There is no such top-up."


@dataclass(frozen=True, slots=True)
class BudgetView:
    """A year's cap and what is left of it, in won."""

    year: int
    cap: int
    version: int
    starts_at: datetime
    ends_at: datetime
    issued: int
    reserved: int

    @property
    def left(self) -> int:
        """What may still be promised."""
        return self.cap - self.issued - self.reserved


def budget_of(city_id: int, year: int) -> BudgetView:
    """The year's budget as the books have it. Raises BudgetUnknown."""
    row = Budget.objects.filter(city_id=city_id, year=year).first()
    if row is None:
        raise BudgetUnknown(year=year)
    sums = Programme.objects.filter(city_id=city_id, year=year).aggregate(
        issued=Sum("issued", default=0), reserved=Sum("reserved", default=0)
    )
    return BudgetView(year, row.cap, row.version, row.starts_at, row.ends_at, sums["issued"], sums["reserved"])


def open_programmes(city_id: int, now: datetime) -> QuerySet[Programme]:
    """Programmes that sell today: of this fiscal year, their opening final."""
    return Programme.objects.filter(city_id=city_id, year=fiscal_year(now), open_at__isnull=False).order_by("number")


def top_up_named(wallet_id: int, client_id: UUID) -> TopUp:
    """The wallet's top-up under this id. Raises TopUpUnknown."""
    found = TopUp.objects.filter(wallet_id=wallet_id, client_id=client_id).select_related("programme").first()
    if found is None:
        raise TopUpUnknown
    return found


def officials_of(city_id: int) -> QuerySet[Official]:
    """The officials of the moment."""
    return Official.objects.filter(city_id=city_id, until=None)


def decision_state(decision: Decision) -> str:
    """``carrying``, ``final`` or ``reverted``."""
    submission = submission_of(decision.intent)
    if submission is None or submission.status in (Submission.Status.SIGNED, Submission.Status.SENT):
        return "carrying"
    return "final" if submission.status == Submission.Status.FINAL else "reverted"
