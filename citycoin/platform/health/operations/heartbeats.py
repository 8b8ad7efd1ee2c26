"""Writes the heartbeat of a background process from a thread of its own, whatever else the process is doing."""

import logging
import os
import socket
import threading
from typing import Final

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from citycoin.platform.health.models import Heartbeat

log = logging.getLogger(__name__)

EACH_SECONDS: Final = 2.0
_beating: dict[str, threading.Event] = {}


def beat(process: str) -> None:
    """Write that ``process`` lives, now."""
    sign = {"host": socket.gethostname()[:255], "pid": os.getpid(), "beaten_at": timezone.now()}
    Heartbeat.objects.bulk_create(
        [Heartbeat(process=process, **sign)], update_conflicts=True, unique_fields=["process"], update_fields=[*sign]
    )


def start_beating(process: str) -> threading.Event:
    """Write a heartbeat of ``process`` every two seconds until the process ends, or the event returned is set.

    Goes on when the database comes back; needs no broker and no chain. A second call changes nothing: Celery says
    that it is ready at every new connection to the broker.
    """
    if (beating := _beating.get(process)) and not beating.is_set():
        return beating
    stop = _beating[process] = threading.Event()
    threading.Thread(target=_beat_until, args=(stop, process), name=f"heartbeat of {process}", daemon=True).start()
    return stop


def _beat_until(stop: threading.Event, process: str) -> None:
    failing = False
    while True:
        try:
            beat(process)
            failing = False
        except (DatabaseError, InterfaceError) as wrong:
            if not failing:  # once an outage, not every two seconds of it
                log.warning("no heartbeat can be written: %s", wrong)
            failing = True
            connection.close()
        if stop.wait(EACH_SECONDS):
            connection.close()
            return
