"""A lock between processes for periodic work. It ends with whoever holds it, so a killed worker blocks nobody."""

from __future__ import annotations

import fcntl
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps

from django.conf import settings
from django.db import connection


def only_one(name: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Run the task unless another one of this name is running; then it does nothing and returns 0.

    The rows' own locks keep the books right; this only spares the work of doing it twice.
    """

    def decorate(task: Callable[[], int]) -> Callable[[], int]:
        @wraps(task)
        def alone() -> int:
            with _held(name) as mine:
                return task() if mine else 0

        return alone

    return decorate


def _held(name: str) -> AbstractContextManager[bool]:
    return _advisory(name) if connection.vendor == "postgresql" else _file(name)


@contextmanager
def _advisory(name: str) -> Iterator[bool]:
    """PostgreSQL's own, of this connection: gone when the connection is."""
    key = zlib.crc32(name.encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@contextmanager
def _file(name: str) -> Iterator[bool]:
    """A file beside the SQLite database, whose processes all run on one machine."""
    folder = settings.VAR / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / name.replace(" ", "-")).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True  # closing the file frees the lock
