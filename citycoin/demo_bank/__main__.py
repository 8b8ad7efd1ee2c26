"""``python -m citycoin.demo_bank PORT``: the demo's bank, until it is ended. Ended at any moment, it goes on where it was.

``BANK_FOLDER`` holds its two folders and its database; ``BANK_CLOCK`` is the file that says how far the demo is ahead.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path
from typing import Final

from citycoin.demo_bank.books import Books
from citycoin.demo_bank.clock import BankClock
from citycoin.demo_bank.door import Bank
from citycoin.demo_bank.folders import Folders

# How long a file of the customer's may lie before the bank looks, and how late it may be with one of its own.
LOOKS_EACH_SECONDS: Final = 0.2
log = logging.getLogger("citycoin.demo_bank")


def main(port: int) -> None:
    """Serve and deliver."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    folder, ahead = Path(os.environ["BANK_FOLDER"]), os.environ.get("BANK_CLOCK", "")
    folder.mkdir(parents=True, exist_ok=True)
    books = Books(folder / "bank.sqlite3", BankClock(Path(ahead) if ahead else None))
    folders, there_is_something = Folders(folder, books), threading.Event()
    server = Bank(port, books, there_is_something.set)
    threading.Thread(target=server.serve_forever, name="door", daemon=True).start()
    log.info("the bank listens at port %d; its files lie in %s", port, folder)
    while True:
        there_is_something.wait(LOOKS_EACH_SECONDS)
        there_is_something.clear()
        try:
            go_round(books, folders)
        except OSError as wrong:  # a full disk, a folder that is away: the rows wait
            log.warning("a round failed: %s", wrong)


def go_round(books: Books, folders: Folders) -> None:
    """Take orders, write notices and statements, and deliver what is due."""
    folders.take_orders()
    books.tell()
    books.state()
    folders.deliver()


if __name__ == "__main__":
    main(int(sys.argv[1]))
