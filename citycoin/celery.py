"""Celery: notifications and a schedule. What they are about stands in tables, where the worker looks."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final

import django
from celery import Celery, signals
from django import db
from redis import RedisError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citycoin.settings")
django.setup()

from django.conf import settings  # noqa: E402 - these need the settings
from django.core.exceptions import ImproperlyConfigured  # noqa: E402

from citycoin.foundation import vault  # noqa: E402
from citycoin.foundation.kernel import clock  # noqa: E402
from citycoin.foundation.kernel.errors import CityCoinError  # noqa: E402
from citycoin.foundation.path_guard import keep_from  # noqa: E402
from citycoin.foundation.secret_key import require_secret_key  # noqa: E402
from citycoin.platform.health.operations.heartbeats import start_beating  # noqa: E402
from citycoin.platform.health.operations.steps import step_failed, step_went_through  # noqa: E402
from citycoin.platform.queues.operations import trace_of  # noqa: E402
from contracts.operations.cities import CitiesFailed  # noqa: E402

app = Celery("citycoin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

log = logging.getLogger(__name__)
ROUND = settings.ROUND_SECONDS
# What a round does, step by step: tell screens, hear the bank and the chain, and post; then, in every second one, send what waits. One message
# a round: to receive one costs an idle worker more than the step itself. Screens first: a node that hangs delays no news.
STEPS: Final[dict[str, tuple[str, ...]]] = {
    "rounds.hear": (
        "events.relay",
        "bank.read",
        "bank.sort",
        "contracts.watch_chain",
        "contracts.post",
        "wallets.register",
    ),
    "rounds.send": (
        "wallets.settle",
        "wallets.freeze",
        "merchants.refund",
        "merchants.tell_ends",
        "issuance.issue",
        "issuance.decide",
        "payouts.order",
        "payouts.redeem",
        "payouts.give_back",
        "bank.send",
        "notices.text",
    ),
    "rounds.tidy": (
        "issuance.lapse",
        "issuance.tell_of_sales",
        "merchants.end_claims",
        "wallets.warn",
        "wallets.compare",
        "float.check",
        "notices.forget",
    ),
    "rounds.make": ("files.make",),
}
SCHEDULE: Final = {"rounds.hear": ROUND, "rounds.send": 2 * ROUND, "rounds.tidy": 10.0, "rounds.make": 2 * ROUND}
# What may take minutes: it has a thread of its own, and no other round waits for it.
LONG: Final = frozenset({"rounds.make"})
# One that nobody heard in the time of five, and of five seconds at least, is stale.
app.conf.beat_schedule = {
    name: {"task": name, "schedule": seconds, "options": {"expires": max(5 * seconds, 5.0)}}
    for name, seconds in SCHEDULE.items()
}
POLLED_AFTER_SECONDS = 5 * ROUND
_notified = threading.Event()


@signals.task_prerun.connect
def _heard(**_: Any) -> None:
    _notified.set()


@signals.task_failure.connect
def _failed(sender: Any = None, exception: BaseException | None = None, **_: Any) -> None:
    """Celery itself is silent about failures that a task expects."""
    if isinstance(exception, CityCoinError):
        log.warning("%s: %s", sender.name, exception)


@signals.worker_init.connect
def _begin(**_: Any) -> None:
    _require("worker", require_secret_key, vault.open_vault)
    start_beating("worker")
    threading.Thread(target=_poll, name="poll", daemon=True).start()


@signals.beat_init.connect
def _begin_beat(**_: Any) -> None:
    _require("beat", require_secret_key)
    start_beating("beat")


def _require(part: str, *secrets: Callable[[], None]) -> None:
    """What a process that serves must have, and what it must not reach."""
    keep_from(settings.VAR / "founding")
    try:
        for required in secrets:
            required()
    except ImproperlyConfigured as wrong:
        # Celery logs any other exception of a receiver, and goes on.
        raise SystemExit(f"the {part} does not start: {wrong}") from wrong


def _go_round(steps: Sequence[str]) -> None:
    """Each step, whatever becomes of the one before."""
    for name in steps:
        try:
            app.tasks[name].run()
            step_went_through(name)
        except CitiesFailed as failed:
            _note(name, failed.__cause__ or failed)
        except (CityCoinError, db.OperationalError, db.InterfaceError, RedisError) as failure:
            log.warning("%s: %s", name, failure)
            _note(name, failure)
        except Exception as failure:  # noqa: BLE001 - a fault of ours in one step must not keep the others from theirs
            log.error("%s failed: %s", name, trace_of(failure))
            _note(name, failure)


def _note(step: str, failure: BaseException) -> None:
    """For the page of health; a database that is away keeps it from that, and has a line of its own."""
    db.close_old_connections()
    try:
        step_failed(step, failure, now=clock.now())
    except db.Error as away:
        log.warning("%s: not noted: %s", step, type(away).__name__)
        db.close_old_connections()


@app.task(name="rounds.hear")
def hear() -> None:
    """Tell screens, and take in what the bank and the chain said."""
    _go_round(STEPS["rounds.hear"])


@app.task(name="rounds.send")
def send() -> None:
    """Sign and send what waits."""
    _go_round(STEPS["rounds.send"])


@app.task(name="rounds.tidy")
def tidy() -> None:
    """Put away what is over."""
    _go_round(STEPS["rounds.tidy"])


@app.task(name="rounds.make")
def make() -> None:
    """Make the files that people asked for; one runs at a time, however often it is notified."""
    _go_round(STEPS["rounds.make"])


def _poll() -> None:
    """Do the rounds by itself while nobody notifies, so that a lost broker makes settlement slower and no more."""
    while True:
        _notified.clear()
        if _notified.wait(POLLED_AFTER_SECONDS):
            continue
        for name in SCHEDULE:
            if name in LONG:
                threading.Thread(target=_go_apart, args=(STEPS[name],), name=name, daemon=True).start()
            else:
                _go_round(STEPS[name])
        db.close_old_connections()


def _go_apart(steps: Sequence[str]) -> None:
    """In a thread that ends with the round, and its connection with it."""
    _go_round(steps)
    db.connections.close_all()
