"""What the demo's pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from citycoin.money.issuance.models import TopUp
from citycoin.money.issuance.queries.top_ups import unpaid_top_ups
from citycoin.platform.accounts.queries import messages
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import all_cities

MESSAGES_SHOWN: Final = 10
TRANSFERS_SHOWN: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """The last text messages (phone, text, when), and a one-time code where one was asked for."""

    cities: Sequence[City]
    messages: Sequence[tuple[str, str, datetime]]
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BankPage:
    """The transfers that wait, the one under the reference ``named`` first, and where to go on afterwards."""

    waiting: Sequence[TopUp]
    named: str
    next: str


def inbox_page(code: str) -> InboxPage:
    """The inbox, with this code."""
    return InboxPage(cities=list(all_cities()), messages=messages(MESSAGES_SHOWN), code=code)


def bank_page(named: str, onwards: str) -> BankPage:
    """The bank's page for whoever comes with this reference and wants to go on to that path; either may be empty."""
    waiting = sorted(unpaid_top_ups()[:TRANSFERS_SHOWN], key=lambda each: each.reference != named)
    return BankPage(waiting=waiting, named=named, next=onwards)
