"""The demo's bank as the seeds ask it, which know no door of another app's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from citycoin.money.bank.domain.customers import CustomerTransfer
from citycoin.money.bank.doors import demo_bank, folders


class DemoBank:
    """The demo's bank, asked at its doors."""

    def send(self, transfers: Sequence[CustomerTransfer]) -> object:
        """All of these, each once by its id."""
        return demo_bank.send(transfers)

    def take_files(self, *, now: datetime) -> int:
        """What the worker does each second."""
        return folders.take_files(now=now)
