"""Reads of the audit log, and its proof."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from citycoin.platform.audit.models import AuditEvent

# A column of the log, and what it is sorted by.
ORDERS: Final = {"at": "number", "act": "act", "who": "official__person__username"}


def events_of(city_id: int, *, by: str = "at", falling: bool = True) -> QuerySet[AuditEvent]:
    """What was done in the city, newest first, or in another order of ORDERS; equals stand newest first."""
    rows = AuditEvent.objects.filter(city_id=city_id).select_related("official__person")
    return rows.order_by(f"{'-' if falling else ''}{ORDERS[by]}", "-number")


def last_events(city_id: int, *, acts: Collection[str], since: datetime) -> QuerySet[AuditEvent]:
    """What was done of these acts after ``since``, newest first."""
    return events_of(city_id).filter(act__in=acts, at__gt=since)


def hash_of(event: AuditEvent) -> bytes:
    """SHA-256 over the hash before and the event's facts as canonical JSON (sorted keys, no spaces, UTF-8)."""
    said = {
        "city": event.city_id,
        "number": event.number,
        "official": event.official_id,
        "act": event.act,
        "facts": event.facts,
        "at_us": int(event.at.timestamp() * 1_000_000),
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(bytes(event.previous) + text.encode()).digest()


def first_broken(city_id: int) -> int | None:
    """The number of the first event that is not what was written, or is missing before it; None where all is right."""
    previous, expected = bytes(32), 1
    for event in AuditEvent.objects.filter(city_id=city_id).order_by("number").iterator():
        right = (event.number, bytes(event.previous), bytes(event.hash)) == (expected, previous, hash_of(event))
        if not right:
            return expected
        previous, expected = bytes(event.hash), expected + 1
    return None
