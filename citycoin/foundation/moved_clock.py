"""How far the demo's clock runs ahead of the machine's: one file, which each process of an installation looks at."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

NAME: Final = "clock"


class MovedClock:
    """The file in a folder of state. It is replaced whole, and looked at each time: running processes follow within a call."""

    def __init__(self, var: Path) -> None:
        self._file = var / NAME
        self._seen: tuple[int, int] = (0, 0)
        self._ahead = timedelta(0)

    def ahead(self) -> timedelta:
        """So much is added to the machine's time; nothing where nobody has moved the clock."""
        try:
            there = self._file.stat()
        except FileNotFoundError:
            return timedelta(0)
        if (seen := (there.st_mtime_ns, there.st_ino)) != self._seen:
            self._ahead, self._seen = timedelta(seconds=int(self._file.read_text())), seen
        return self._ahead

    def move(self, by: timedelta) -> timedelta:
        """Run ahead by so much more, in whole seconds; returns how far that is."""
        ahead = self.ahead() + by
        half = self._file.with_suffix(".half")
        half.write_text(str(int(ahead.total_seconds())))
        half.replace(self._file)
        return ahead
