"""The two folders between the city and its bank: what the bank lays down is taken in, and orders are laid down for it.

A file whose name begins with a dot or ends with ``.part`` is being written, and isn't looked at. What was looked at is moved
away, under the hash of its bytes; killed before that, it is found again and changes nothing.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from citycoin.foundation.fault_points import fault_point
from citycoin.money.bank.domain.documents import LARGEST_FILE_BYTES
from citycoin.money.bank.operations.files import FileFound, take_file
from citycoin.money.bank.operations.orders import note_delivered
from citycoin.money.bank.queries.waiting import DELIVERING, order_to_deliver, undelivered
from citycoin.platform.queues.operations import take

log = logging.getLogger(__name__)
FROM_BANK, TO_BANK = "from-bank", "to-bank"
HALF: Final = ".part"
FILES_AT_ONCE: Final = 200
CHUNK_BYTES: Final = 2**20


def take_files(*, now: datetime) -> int:
    """Take in what the bank has laid down, in the order of the names; return how many files.

    A file that can't be read doesn't keep the others from their turn. Raises OSError for the first one of these afterwards.
    """
    folder, done, failures = settings.BANK_FOLDER / FROM_BANK, 0, list[OSError]()
    for name in files_in(folder)[:FILES_AT_ONCE]:
        try:
            _take_one(folder / name, now)
            done += 1
        except OSError as failure:
            log.warning("%s can't be taken in: %s", name, failure)
            failures.append(failure)
    if failures:
        raise failures[0]
    return done


def files_in(folder: Path) -> list[str]:
    """The names of the files that are whole, in order; none where there is no folder."""
    try:
        with os.scandir(folder) as found:
            return sorted(
                each.name
                for each in found
                if not each.name.startswith(".")
                and not each.name.endswith(HALF)
                and each.is_file(follow_symlinks=False)
            )
    except FileNotFoundError:
        return []


def _take_one(file: Path, now: datetime) -> None:
    row = take_file(_found(file), now=now)
    away = file.parent / row.verdict
    away.mkdir(exist_ok=True)
    file.replace(away / f"{row.sha256}.xml")


def _found(file: Path) -> FileFound:
    """Its bytes, bounded: of a file that is too large only the hash is kept in memory."""
    size = file.stat().st_size
    if size <= LARGEST_FILE_BYTES:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE_BYTES + 1)
        if len(content) <= LARGEST_FILE_BYTES:
            return FileFound.of(file.name, content)
    digest = hashlib.sha256()
    for chunk in _chunks(file):
        digest.update(chunk)
    return FileFound(file.name, digest.hexdigest(), size, None)


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK_BYTES):
            yield chunk


def deliver_orders(*, now: datetime) -> int:
    """Lay the orders down that the bank doesn't have yet; return how many. The bank takes the same one once."""
    return take(DELIVERING, undelivered(now), lambda part: _deliver(part[0], now), now=now)


def _deliver(order_id: int, now: datetime) -> int:
    """Under another name, then renamed, then noted. Killed in between, the same bytes are laid down again."""
    order, folder = order_to_deliver(order_id), settings.BANK_FOLDER / TO_BANK
    if order is None:
        return 0
    message_id, content = order
    folder.mkdir(parents=True, exist_ok=True)
    fault_point("deliver_order.before")
    half = folder / f".{message_id}{HALF}"
    with half.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    half.replace(folder / f"pain001-{message_id}.xml")
    fault_point("deliver_order.after")
    note_delivered(order_id=order_id, now=now)
    return 1
