"""Writes of the audit log: one more event, in the transaction of the act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Official, Operator
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.audit.models import AuditEvent
from citycoin.platform.audit.queries import hash_of
from citycoin.platform.cities.models import City

FIRST_PREVIOUS = bytes(32)
LOOKED = "operator.looked"


class ReasonMissing(Rejected):
    """An act that touches somebody says why."""

    code = "reason_missing"
    ko = "사유를 적어 주십시오."
    en = "Please give the reason."


def record_look(*, operator: Operator, table: str, how: str, row: str, city_id: int | None, now: datetime) -> None:
    """Write that the operator saw a ``list``, a ``search`` (both across all cities) or a ``row`` of ``table`` (``app.Model``).

    It is an act in the log of the city whose row it is; where ``city_id`` is None, in every city's. Raises NotHere where
    no city keeps a log: what can't be written down isn't shown. As with ``record``, call it last in the look's transaction.
    """
    # In one order, so that two operators who look at once don't wait for each other.
    cities = [city_id] if city_id else list(City.objects.order_by("pk").values_list("pk", flat=True))
    if not cities:
        raise NotHere
    facts = {"operator": operator.pk, "table": table, "how": how, "row": row}
    for each in cities:
        record(city_id=each, official=None, act=LOOKED, facts=facts, now=now)


def record(*, city_id: int, official: Official | None, act: str, facts: Mapping[str, object], now: datetime) -> None:
    """Write that the official (None: the operator) did ``act``. ``facts`` name rows by id and hold nothing personal.

    The city's row is the lock: two acts at once are numbered one after the other, and the chain never forks. Call it
    last in the transaction, so that the lock is short.
    """
    locked(City.objects.filter(pk=city_id)).get()
    last = AuditEvent.objects.filter(city_id=city_id).order_by("-number").first()
    event = AuditEvent(
        city_id=city_id,
        number=last.number + 1 if last else 1,
        official=official,
        act=act,
        facts=dict(facts),
        at=now,
        previous=bytes(last.hash) if last else FIRST_PREVIOUS,
    )
    event.hash = hash_of(event)
    event.save(force_insert=True)
