"""The broker's connection, and the notification of a commit: it says "look at the table" and may be lost."""

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
# Those in between would say the same; the worker looks at the whole table.
NOTIFY_EVERY_SECONDS = 0.1
_last_notified: dict[str, float] = {}
_to_notify: dict[str, threading.Timer] = {}


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
def _sender() -> Celery:
    """An app that sends only. Not Celery's current one: in a command nobody has made that, and it knows no broker of ours."""
    sender = Celery("notifications", set_as_current=False)
    sender.config_from_object("django.conf:settings", namespace="CELERY")
    return sender


def notify_after_commit(task: str) -> None:
    """Notify the worker of ``task`` when the transaction has committed, at most ten times a second for each process."""
    transaction.on_commit(lambda: _notify(task))


def _notify(task: str) -> None:
    now = time.monotonic()
    if (wait_seconds := _last_notified.get(task, 0.0) + NOTIFY_EVERY_SECONDS - now) > 0:
        _notify_later(task, wait_seconds)
        return
    _last_notified[task] = now
    try:
        _sender().send_task(task, ignore_result=True, retry=False, expires=5)
    except (OperationalError, redis.RedisError) as failure:
        # Nothing is lost: beat and the worker's own poll find what nobody was notified of.
        log.warning("not notified of %s: %s", task, type(failure).__name__)
        _last_notified[task] = now + 2


def _notify_later(task: str, wait_seconds: float) -> None:
    """Once, for all that was left out since the last one: the worker may have looked just before these commits."""
    if (waiting := _to_notify.get(task)) and waiting.is_alive():
        return
    later = _to_notify[task] = threading.Timer(wait_seconds, _notify, [task])
    later.daemon = True
    later.start()
