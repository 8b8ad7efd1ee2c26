"""The one way to lock rows: ``no_key``, in the order of their primary keys, in a statement of its own.

On SQLite row locks do nothing; there every transaction is IMMEDIATE, so that the database is the lock.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def locked(rows: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """``rows``, each locked until the transaction ends, taken in the order of their keys.

    A plain FOR UPDATE would block every insert that points to the row; ``no_key`` doesn't.
    """
    connection.validate_no_broken_transaction()
    return rows.order_by("pk").select_for_update(no_key=True, of=("self",))


def locked_ids(model: type[Row], ids: Iterable[int]) -> dict[int, Row]:
    """The rows of ``model`` with these keys, locked, by key."""
    return {row.pk: row for row in locked(model._default_manager.filter(pk__in=set(ids)))}
