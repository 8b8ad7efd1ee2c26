"""The two folders between the bank and its customer: a file is written under another name, and then renamed."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path
from typing import Final

from citycoin.demo_bank.books import Books
from citycoin.demo_bank.messages import OrderUnreadable, read_order

log = logging.getLogger(__name__)
FROM_BANK, TO_BANK = "from-bank", "to-bank"
TAKEN, REFUSED = "taken", "refused"
HALF: Final = ".part"
LARGEST_ORDER_BYTES: Final = 20 * 2**20


class Folders:
    """Where files are delivered, and where orders are found."""

    def __init__(self, folder: Path, books: Books) -> None:
        self._out, self._in, self._books = folder / FROM_BANK, folder / TO_BANK, books
        for each in (self._out, self._in / TAKEN, self._in / REFUSED):
            each.mkdir(parents=True, exist_ok=True)

    def deliver(self) -> int:
        """Deliver what is due; return how many files. One that was delivered a moment before a crash comes once more."""
        found = self._books.due()
        for each in found:
            half = self._out / f".{each.name}{HALF}"
            with half.open("wb") as opened:
                opened.write(each.content)
                opened.flush()
                os.fsync(opened.fileno())
            half.replace(self._out / each.name)
            self._books.delivered(each)
        return len(found)

    def take_orders(self) -> int:
        """Carry out the orders that lie there, in the order of their names; return how many files."""
        names = sorted(
            each.name
            for each in os.scandir(self._in)
            if each.is_file(follow_symlinks=False) and not each.name.startswith(".") and not each.name.endswith(HALF)
        )
        for name in names:
            file = self._in / name
            file.replace(self._in / self._judged(file) / name)
        return len(names)

    def _judged(self, file: Path) -> str:
        if file.stat().st_size > LARGEST_ORDER_BYTES:
            return REFUSED
        content = file.read_bytes()
        try:
            order = read_order(content)
        except OrderUnreadable as no:
            log.warning("%s is refused: %s", file.name, no)
            return REFUSED
        if not self._books.take_order(order, hashlib.sha256(content).hexdigest()):
            log.warning("%s: the order %s was taken before", file.name, order.message_id)
        return TAKEN
