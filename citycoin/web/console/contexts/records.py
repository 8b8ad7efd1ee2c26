"""What the pages of the audit log and of incidents show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.platform.accounts.models import Official
from citycoin.platform.audit.queries import events_of, first_broken
from citycoin.platform.incidents.models import Incident
from citycoin.platform.incidents.queries import closed_incidents, open_incidents
from citycoin.platform.pages.domain.lists import Head, Pager, Shape
from citycoin.platform.queues.queries import incidents_with_rows, queues
from citycoin.web.console.contexts.words import FACTS, INCIDENTS, Act, said_by

ACTS: Final = Shape(choices={}, sorts=("-at", "act", "who"))
INCIDENTS_SHOWN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsPage:
    """A page of the audit log, and the number of the first act that isn't right; None where all are."""

    rows: Sequence[Act]
    heads: Sequence[Head]
    pager: Pager
    broken: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """An incident in words. ``set_aside``: a row waits with it, and can be tried again."""

    incident: Incident
    what: Words | str
    facts: Sequence[tuple[Words | str, Words | str]]
    set_aside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentsPage:
    """The incidents that are open, and the last that were closed."""

    open: Sequence[Noticed]
    closed: Sequence[Noticed]


def acts_page(official: Official, query: Mapping[str, str]) -> ActsPage:
    """The page of the city's log that the URL asks for; the last where there is no such page. The chain is recomputed."""
    asked = ACTS.asked(query)
    events = events_of(official.city_id, by=asked.column, falling=asked.is_falling)
    pager = asked.pager(events.count())
    return ActsPage(
        rows=[said_by(each) for each in events[pager.rows]],
        heads=[
            asked.head("act", Words("무엇을", "What")),
            asked.head("who", Words("누가", "Who")),
            asked.head("at", Words("언제", "When"), is_number=True),
        ],
        pager=pager,
        broken=first_broken(official.city_id),
    )


def incidents_page(official: Official) -> IncidentsPage:
    """The incidents of the official's city, newest first."""
    return IncidentsPage(
        open=_named(open_incidents(official.city_id)[:INCIDENTS_SHOWN]),
        closed=_named(closed_incidents(official.city_id)[:INCIDENTS_SHOWN]),
    )


def _named(rows: Iterable[Incident]) -> list[Noticed]:
    found = list(rows)
    with_rows = incidents_with_rows(found)
    return [
        Noticed(
            incident=each,
            what=INCIDENTS.get(each.what, each.what),
            facts=[_fact(name, value) for name, value in each.details.items()],
            set_aside=each.pk in with_rows,
        )
        for each in found
    ]


def _fact(name: str, value: object) -> tuple[Words | str, Words | str]:
    """In words where we have them; a queue by what waits in it."""
    words = {queue.name: queue.words for queue in queues()} if name == "queue" else {}
    return FACTS.get(name, name), words.get(str(value), str(value))
