"""Keeps count of the worker's steps that fail again and again."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from redis import RedisError

from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.health.models import BROKER_UNAVAILABLE, FailingStep

# Of this process: the steps that went through the last time, which therefore have no row.
_going: set[str] = set()


def step_failed(step: str, failure: BaseException, *, now: datetime) -> None:
    """Once more for this step. Where the database is what fails, its own line is red and nothing is written here."""
    _going.discard(step)
    reason = _reason(failure)
    there = FailingStep.objects.filter(step=step)
    if not there.update(times=F("times") + 1, reason=reason):
        FailingStep.objects.create(step=step, times=1, since=now, reason=reason)


def _reason(failure: BaseException) -> str:
    if isinstance(failure, RedisError):
        return BROKER_UNAVAILABLE
    return failure.code if isinstance(failure, CityCoinError) else type(failure).__name__


def step_went_through(step: str) -> None:
    """It fails no longer. Costs nothing while it goes through each time."""
    if step not in _going:
        FailingStep.objects.filter(step=step).delete()
        _going.add(step)
