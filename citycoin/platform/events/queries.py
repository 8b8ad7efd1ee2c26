"""Reads of events: which are still to be told."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet

from citycoin.foundation.bilingual import Words
from citycoin.platform.events.models import Event
from citycoin.platform.queues.queries import Queue, register


def events_to_relay() -> QuerySet[Event]:
    """Events that no screen was told of."""
    return Event.objects.filter(relayed_at=None)


RELAYING: Final = register(
    Queue(
        name="relaying",
        step="events.relay",
        words=Words("화면에 알릴 소식", "pieces of news for screens"),
        late=timedelta(minutes=1),  # screens look by themselves each five seconds
        rows=events_to_relay,
        since="at",
    )
)
