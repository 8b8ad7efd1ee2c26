"""What waits for an official: read once for a page, whose navigation counts it and whose list says what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from citycoin.money.bank.queries.deposits import suspense_since
from citycoin.money.issuance.models import BrowserKey, Proposal
from citycoin.money.issuance.queries import proposals
from citycoin.platform.accounts.models import Official
from citycoin.platform.incidents.queries import open_since
from citycoin.platform.reports.queries import unanswered
from merchants.queries.applications import applications_wait_since


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Of the official's city; moments are those since when each one waits, the oldest first."""

    keys: list[BrowserKey]  # the official's own, in force
    proposals: list[Proposal]  # that they can approve now
    applications: list[datetime]
    incidents: list[datetime]
    deposits: list[datetime]  # in suspense
    reports: int

    @classmethod
    def for_official(cls, official: Official, now: datetime) -> Self:
        """What waits now."""
        city_id = official.city_id
        keys = proposals.keys_in_force(official)
        return cls(
            keys=keys,
            proposals=proposals.waiting_for(official, now, can_sign=bool(keys)),
            applications=applications_wait_since(city_id),
            incidents=open_since(city_id),
            deposits=suspense_since(city_id),
            reports=unanswered(city_id).count(),
        )
