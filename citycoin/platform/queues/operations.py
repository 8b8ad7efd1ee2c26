"""One helper for every run over many rows: a row whose failure is its own is tried again, then set aside; the rest goes on.

A fault that the next row would meet as well (the database, the node, the broker, a full disk, a deadlock) says nothing of a
row: it ends the run, and nothing is counted.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django import db
from django.core.exceptions import ImproperlyConfigured
from redis import RedisError

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import CityCoinError, Conflict, Unavailable
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Official
from citycoin.platform.audit import operations as audit
from citycoin.platform.incidents import operations as incidents
from citycoin.platform.incidents.models import Incident
from citycoin.platform.queues.models import FailedRow
from citycoin.platform.queues.queries import Queue, city_of, retried_rows

log = logging.getLogger(__name__)
SET_ASIDE: Final = "row_set_aside"
# After the first failure, and after the second; the third sets the row aside.
WAITS: Final = (timedelta(seconds=5), timedelta(seconds=20))
# So many rows that all fail, where none gets through, are not each at fault: something is that they share.
TOGETHER: Final = 5
# Of a row's values, these alone can be the row's own: a constraint, or a number that is out of range.
OF_THE_ROW: Final = (db.IntegrityError, db.DataError)
SHARED: Final = (db.Error, Unavailable, RedisError, OSError, MemoryError, ImproperlyConfigured)
# By the queue's name, who is told in the transaction that sets a row of it aside.
_hearers: dict[str, Callable[[int, datetime], None]] = {}


class NotSetAside(Conflict):
    """No row waits with this incident."""

    code = "not_set_aside"
    ko = "이 사고로 미뤄 둔 처리가 없습니다. 바뀐 것은 없습니다. 목록을 새로 고쳐 주십시오."
    en = "No row is set aside with this incident. Nothing was changed. Please reload the list."


def when_set_aside(queue: Queue, *, tell: Callable[[int, datetime], None]) -> None:
    """Call ``tell`` with the row and the moment when a row of the queue is set aside. Called when Django is ready."""
    _hearers[queue.name] = tell


@dataclass
class _Run:
    """One run over rows of a queue, and what came of it."""

    queue: Queue
    act: Callable[[Sequence[int]], int]
    done: int = 0
    passed: set[int] = field(default_factory=set)
    failed: dict[int, Exception] = field(default_factory=dict)

    def go(self, part: Sequence[int]) -> None:
        """All of the part at once; where that fails and one of them may be at fault, each half by itself."""
        try:
            self.done += self.act(part)
        except Exception as failure:
            if is_shared(failure):
                raise
            if len(part) == 1:
                self.failed[part[0]] = failure
                return
            middle = len(part) // 2
            self.go(part[:middle])
            self.go(part[middle:])
        else:
            self.passed.update(part)


def take(
    queue: Queue, rows: Sequence[int], act: Callable[[Sequence[int]], int], *, now: datetime, at_once: int = 1
) -> int:
    """Have ``act`` advance these rows, ``at_once`` of them in each call, and return the sum of what it returned.

    ``act`` is one transaction; it gets keys of rows and looks again whether they still wait. Rows that go one by one keep
    their order; where several go at once, one that failed before goes alone, after them. Raises what is no row's fault.
    """
    if not rows:
        return 0
    failed_before = set(retried_rows(queue))
    apart = failed_before if at_once > 1 else set[int]()
    together = [row for row in rows if row not in apart]
    run = _Run(queue, act)
    for begin in range(0, len(together), at_once):
        run.go(together[begin : begin + at_once])
    for row in rows:
        if row in apart:
            run.go([row])
    if len(run.failed) >= TOGETHER and not run.passed:
        raise next(iter(run.failed.values()))
    for row, failure in run.failed.items():
        log.warning("%s: row %d failed: %s", queue.name, row, trace_of(failure))
        count_failure(queue, row, reason_of(failure), now=now)
    if queue.ends_here and failed_before & run.passed:
        forget_failures(queue, failed_before & run.passed)
    return run.done


def is_shared(failure: Exception) -> bool:
    """Whether the next row would meet it as well."""
    return isinstance(failure, SHARED) and not isinstance(failure, OF_THE_ROW)


@commits("count_failure")
def count_failure(queue: Queue, row: int, reason: str, *, now: datetime) -> None:
    """Once more for this row: it waits longer each time, and the third time it is an incident."""
    there = locked(FailedRow.objects.filter(queue=queue.name, row=row)).first()
    failed = there or FailedRow(queue=queue.name, row=row, tries=0)
    failed.tries += 1
    failed.reason = reason
    if failed.tries <= len(WAITS):
        failed.again_at = now + WAITS[failed.tries - 1]
    else:
        facts = {"queue": queue.name, "row": row, "reason": failed.reason}
        failed.again_at, failed.incident = None, incidents.report(city_of(queue, row), SET_ASIDE, facts, now=now)
        if queue.name in _hearers:
            _hearers[queue.name](row, now)
    failed.save()


def forget_failures(queue: Queue, rows: Iterable[int]) -> None:
    """These rows got through: the next time that one fails is its first."""
    FailedRow.objects.filter(queue=queue.name, row__in=rows).exclude(again_at=None).delete()


def reason_of(failure: Exception) -> str:
    """The error with the constraint or the place in the code, and none of the values: a database's own text quotes the row."""
    if isinstance(failure, CityCoinError):
        return failure.code
    cause = failure.__cause__ or failure
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    if isinstance(failure, db.IntegrityError) and not constraint:
        constraint = str(cause).rpartition(": ")[2] if "constraint failed: " in str(cause) else None
    frames = traceback.extract_tb(failure.__traceback__)
    # Installed from a wheel our own code lies among the libraries, too.
    last = ([frame for frame in frames if "site-packages" not in frame.filename] or frames)[-1]
    where = constraint or f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    return f"{type(failure).__name__}: {where}"[:200]


def trace_of(failure: Exception) -> str:
    """What failed and where, for a log: an error of the row's values without them, for they may be somebody's."""
    said = reason_of(failure) if isinstance(failure, OF_THE_ROW) else f"{type(failure).__name__}: {failure}"
    return f"{said}\n{''.join(traceback.format_tb(failure.__traceback__))}"


def requeue_row(queue: Queue, row: int, *, official: Official, now: datetime) -> None:
    """The official has decided anew about this row: where it is set aside, it is tried again. In the caller's transaction."""
    aside = FailedRow.objects.filter(queue=queue.name, row=row, again_at=None).first()
    if aside and aside.incident_id:
        requeue(incident_id=aside.incident_id, official=official, now=now)


@commits("requeue")
def requeue(*, incident_id: int, official: Official | None, now: datetime) -> None:
    """Have the row that was set aside with this incident tried again from now on, and close the incident.

    ``official`` asks for one of their city; None: the operator, for any. Raises IncidentUnknown, NotSetAside.
    """
    mine = Incident.objects.filter(pk=incident_id)
    incident = locked(mine.filter(city_id=official.city_id) if official else mine).first()
    if incident is None:
        raise incidents.IncidentUnknown
    failed = locked(FailedRow.objects.filter(incident=incident)).first()
    if failed is None:
        raise NotSetAside
    facts = {"incident": incident.pk, "queue": failed.queue, "row": failed.row}
    failed.delete()
    incident.closed_at = incident.closed_at or now
    incident.save(update_fields=["closed_at"])
    if incident.city_id:
        audit.record(city_id=incident.city_id, official=official, act="row.requeued", facts=facts, now=now)
