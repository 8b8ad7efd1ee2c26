"""Several questions of one moment."""

from __future__ import annotations

from django.db import connection


def see_one_moment() -> None:
    """Call it first in a transaction that reads only: what others commit between its statements isn't seen by it.

    SQLite's transactions see one moment by themselves.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
