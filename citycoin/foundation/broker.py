"""The broker's connection, and the doorbell: a ring says "look at the table" and may be lost."""

from __future__ import annotations

import logging
import threading
import time
from functools import cache

import redis
from celery import Celery
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
# Rings in between would say the same; the worker looks at the whole table.
RING_EVERY_SECONDS = 0.1
_last_ring: dict[str, float] = {}
_to_ring: dict[str, threading.Timer] = {}


@cache
def connection() -> redis.Redis:
    """The broker, with short time limits."""
    client: redis.Redis = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=settings.REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=settings.REDIS_TIMEOUT_SECONDS,
    )
    return client


@cache
def _bell() -> Celery:
    """An app that sends only. Not Celery's current one: in a command nobody has made that, and it knows no broker of ours."""
    bell = Celery("bell", set_as_current=False)
    bell.config_from_object("django.conf:settings", namespace="CELERY")
    return bell


def ring_after_commit(task: str) -> None:
    """Ring for ``task`` when the transaction has committed, at most ten times a second for each process."""
    transaction.on_commit(lambda: _ring(task))


def _ring(task: str) -> None:
    now = time.monotonic()
    if (wait_seconds := _last_ring.get(task, 0.0) + RING_EVERY_SECONDS - now) > 0:
        _ring_later(task, wait_seconds)
        return
    _last_ring[task] = now
    try:
        _bell().send_task(task, ignore_result=True, retry=False, expires=5)
    except (OperationalError, redis.RedisError) as failure:
        # Nothing is lost: beat and the worker's own poll find what no bell rang for.
        log.warning("no bell for %s: %s", task, type(failure).__name__)
        _last_ring[task] = now + 2


def _ring_later(task: str, wait_seconds: float) -> None:
    """Once, for all that was left out since the last ring: the worker may have looked just before these commits."""
    if (waiting := _to_ring.get(task)) and waiting.is_alive():
        return
    later = _to_ring[task] = threading.Timer(wait_seconds, _ring, [task])
    later.daemon = True
    later.start()
