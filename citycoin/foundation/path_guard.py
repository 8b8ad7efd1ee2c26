"""Keeps a serving process out of the folder where a founding city's officials' keys lie."""

import os
import sys
from pathlib import Path
from typing import Any, Final

LOOKS: Final = frozenset({"open", "os.listdir", "os.scandir", "os.rename", "os.link", "os.symlink"})


class FoundingKeysClosed(PermissionError):
    """A process that serves asked for an official's key."""


def keep_from(folder: Path) -> None:
    """From now on this process can't open anything in ``folder``; an audit hook can't be taken off again.

    The processes run as one user, so the file's mode alone would not keep them apart.
    """
    closed = os.path.realpath(folder)

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in LOOKS:
            return
        for path in arguments[:2]:
            if isinstance(path, str | bytes | os.PathLike):
                asked = os.path.realpath(os.fsdecode(path))
                if asked == closed or asked.startswith(closed + os.sep):
                    raise FoundingKeysClosed(closed)

    sys.addaudithook(refuse)
