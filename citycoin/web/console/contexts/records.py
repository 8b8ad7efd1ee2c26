"""What the pages of the audit log and of incidents show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.core.paginator import Page, Paginator

from citycoin.foundation.bilingual import Words
from citycoin.platform.accounts.models import Official
from citycoin.platform.audit.models import AuditEvent
from citycoin.platform.audit.queries import events_of, first_broken
from citycoin.web.console.contexts.words import INCIDENTS, Act, said_by
from wallets.models import Incident
from wallets.queries.incidents import closed_incidents, open_incidents

ACTS_A_PAGE: Final = 25
INCIDENTS_SHOWN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsPage:
    """A page of the audit log, and the number of the first act that isn't right; None where all are."""

    rows: Sequence[Act]
    shown: Page[AuditEvent]
    count: int
    broken: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentsPage:
    """The incidents that are open, and the last that were closed, each with what it is called."""

    open: Sequence[tuple[Incident, Words | str]]
    closed: Sequence[tuple[Incident, Words | str]]


def acts_page(official: Official, number: str | None) -> ActsPage:
    """The page of this number of the city's log; the nearest where there is no such page. The chain is recomputed."""
    pages = Paginator(events_of(official.city_id), ACTS_A_PAGE)
    shown = pages.get_page(number)
    return ActsPage(
        rows=[said_by(each) for each in shown],
        shown=shown,
        count=pages.count,
        broken=first_broken(official.city_id),
    )


def incidents_page(official: Official) -> IncidentsPage:
    """The incidents of the official's city, newest first."""
    return IncidentsPage(
        open=_named(open_incidents(official.city_id)[:INCIDENTS_SHOWN]),
        closed=_named(closed_incidents(official.city_id)[:INCIDENTS_SHOWN]),
    )


def _named(rows: Iterable[Incident]) -> list[tuple[Incident, Words | str]]:
    return [(each, INCIDENTS.get(each.what, each.what)) for each in rows]
