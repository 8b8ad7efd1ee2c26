"""The queues there are, and what waits in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from citycoin.foundation.bilingual import Words
from citycoin.platform.incidents.models import Incident
from citycoin.platform.queues.models import FailedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Rows that a step of the worker has to advance.

    ``rows``: those that wait, of all cities. ``since``: their field that says since when; ``city``: the path to the key of
    their city. ``late``: how long one may wait before health is red, some three times what is usual. ``ends_here``: a row that
    the step advanced has got through; where it is False, the chain has the last word, and whoever hears it counts.
    """

    name: str
    step: str
    words: Words
    late: timedelta
    rows: Callable[[], QuerySet[Any]]
    since: str
    city: str = "city"
    ends_here: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """How many rows wait, since when the oldest, and how many are set aside."""

    waiting: int
    oldest: datetime | None
    set_aside: int


_queues: dict[str, Queue] = {}


def register(queue: Queue) -> Queue:
    """Make the queue known to health and to those who look for all of them; its module is imported when Django is ready."""
    _queues[queue.name] = queue
    return queue


def queues() -> tuple[Queue, ...]:
    """Every queue, in the order in which the apps registered."""
    return tuple(_queues.values())


def due(queue: Queue, now: datetime) -> QuerySet[Any]:
    """The queue's rows that may be tried now: not set aside, and not failed a moment ago."""
    return queue.rows().exclude(pk__in=held_rows(queue, now))


def held_rows(queue: Queue, now: datetime) -> QuerySet[FailedRow, int]:
    """The keys of rows that are not to be tried now."""
    failed = FailedRow.objects.filter(queue=queue.name)
    return failed.filter(Q(again_at=None) | Q(again_at__gt=now)).values_list("row", flat=True)


def retried_rows(queue: Queue) -> QuerySet[FailedRow, int]:
    """The keys of rows that failed before, and aren't set aside."""
    return FailedRow.objects.filter(queue=queue.name).exclude(again_at=None).values_list("row", flat=True)


def set_aside_rows(queue: Queue) -> QuerySet[FailedRow, int]:
    """The keys of rows that wait until somebody requeues them."""
    return FailedRow.objects.filter(queue=queue.name, again_at=None).values_list("row", flat=True)


def cities_with(*wanted: Queue, now: datetime) -> Q:
    """Of what has a city: those whose city has a row due in one of these queues."""
    found = Q()
    for queue in wanted:
        found |= Q(city__in=due(queue, now).values(queue.city))
    return found


def standing_of(queue: Queue) -> Standing:
    """What waits in the queue, in all cities."""
    aside = set_aside_rows(queue)
    found = queue.rows().exclude(pk__in=aside).aggregate(waiting=Count("pk"), oldest=Min(queue.since))
    return Standing(found["waiting"], found["oldest"], len(aside))


def incidents_with_rows(incidents: Iterable[Incident]) -> set[int]:
    """Of these incidents, the keys of those with which a row is set aside."""
    return set(FailedRow.objects.filter(incident__in=incidents).values_list("incident", flat=True))


def city_of(queue: Queue, row: int) -> int | None:
    """The key of the row's city; None where the row is gone, or of no city."""
    found: int | None = queue.rows().model._default_manager.filter(pk=row).values_list(queue.city, flat=True).first()
    return found
