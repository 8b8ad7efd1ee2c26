"""The chain's dumped state: anvil rewrites its file in place, so the last complete one is kept beside it.

A file cut off by a kill can't be read again, and the chain with it. Hence a copy: made under a temporary name, parsed,
renamed. A cut-off JSON object never parses, so what parses is complete.
"""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

# Copying and parsing may take this share of the time at most, however large the dump has grown.
SHARE_OF_TIME: Final = 0.02
SHORTEST_PAUSE_SECONDS: Final = 1.0


@dataclass(slots=True)
class Dumps:
    """The dump that anvil writes in ``folder``, and the last complete copy of it."""

    folder: Path
    _seen: tuple[int, int] = (0, 0)
    _next_at: float = field(default=0.0)

    @property
    def live(self) -> Path:
        """What anvil writes, at any moment perhaps half."""
        return self.folder / "state.json"

    @property
    def complete(self) -> Path:
        """The last copy that parsed."""
        return self.folder / "state.complete.json"

    def choose(self) -> Path | None:
        """Put the newest dump that parses where anvil reads it. None where there is none: a new chain begins.

        Raises ValueError where dumps exist and none can be read, for a new chain would lose everybody's won.
        """
        if parses(self.live):
            return self.live
        if parses(self.complete):
            restored = self.folder / "state.restored.json"
            restored.write_bytes(self.complete.read_bytes())
            restored.replace(self.live)
            return self.live
        if self.live.exists() or self.complete.exists():
            raise ValueError(f"no dump of the chain in {self.folder} can be read")
        return None

    def keep(self, *, now_seconds: float) -> bool:
        """Copy the dump if it has changed, is complete and its turn has come; say whether it was copied."""
        if now_seconds < self._next_at or not self.live.exists():
            return False
        stat = self.live.stat()
        if (stat.st_mtime_ns, stat.st_size) == self._seen:
            return False
        began = time.monotonic()
        kept = self._copy()
        took_seconds = time.monotonic() - began
        if kept:
            self._seen = (stat.st_mtime_ns, stat.st_size)
            self._next_at = now_seconds + max(SHORTEST_PAUSE_SECONDS, took_seconds / SHARE_OF_TIME)
        return kept

    def _copy(self) -> bool:
        candidate = self.folder / "state.candidate.json"
        candidate.write_bytes(self.live.read_bytes())
        if not parses(candidate):  # caught in the middle of a dump: the next look is soon
            return False
        candidate.replace(self.complete)
        return True


def parses(file: Path) -> bool:
    """Whether ``file`` holds one whole JSON object."""
    try:
        return isinstance(json.loads(file.read_bytes()), dict)
    except (FileNotFoundError, ValueError):
        return False
