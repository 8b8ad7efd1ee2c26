"""The bank's time: the machine's, and as much later as the demo's clock was moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

KST: Final = ZoneInfo("Asia/Seoul")


class BankClock:
    """Reads the file that says how many seconds the demo is ahead; each call looks again. Without a file nothing is added."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def now(self) -> datetime:
        """The moment in Seoul."""
        return (datetime.now(UTC) + self._ahead()).astimezone(KST)

    def _ahead(self) -> timedelta:
        try:
            return timedelta(seconds=int(self._file.read_text())) if self._file else timedelta()
        except FileNotFoundError:
            return timedelta()
