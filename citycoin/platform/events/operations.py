"""Writes events, and relays them to whoever watches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from citycoin.foundation.fault_points import fault_point
from citycoin.platform.events.models import Event
from citycoin.platform.events.queries import RELAYING, events_to_relay
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due

RELAYED_AT_ONCE = 1_000


class Publisher(Protocol):
    """Says "look again" on a channel; nobody listening is no error."""

    def publish(self, channel: str, message: str) -> object:
        """Tell whoever listens to ``channel``; returns what the broker says."""


def record(*, city_id: int, wallet_id: int, name: str, facts: Mapping[str, object], now: datetime) -> None:
    """Write that ``name`` happened to the wallet, in the caller's transaction."""
    Event.objects.create(city_id=city_id, wallet=wallet_id, name=name, facts=dict(facts), at=now)


def record_all(events: Iterable[Event]) -> None:
    """Write many, in the caller's transaction."""
    Event.objects.bulk_create(events, batch_size=1_000)


def channel_of(wallet_id: int) -> str:
    """The pub/sub channel of a wallet's screens."""
    return f"citycoin.wallet.{wallet_id}"


def relay(*, publisher: Publisher, now: datetime) -> int:
    """Tell the screens of each wallet with news to look again; return how many events were told.

    Told before marked: a screen may hear twice, never not at all.
    """

    def tell(events: Sequence[int]) -> int:
        rows = events_to_relay().filter(pk__in=events)
        for wallet_id in set(rows.values_list("wallet", flat=True)):
            fault_point("publish.before")
            publisher.publish(channel_of(wallet_id), "look again")
            fault_point("publish.after")
        return rows.update(relayed_at=now)

    waiting = list(due(RELAYING, now).order_by("pk").values_list("pk", flat=True)[:RELAYED_AT_ONCE])
    return take(RELAYING, waiting, tell, now=now, at_once=RELAYED_AT_ONCE)
