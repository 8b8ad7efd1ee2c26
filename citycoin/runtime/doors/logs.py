"""What `./city logs NAME` shows: the end of a part's log, and at a terminal what is added to it."""

import os
from pathlib import Path
from typing import NoReturn


class LogMissing(Exception):
    """No part of that name has written anything yet."""


def show_log(var: Path, name: str, *, lines: int, follow: bool) -> NoReturn:
    """Become `tail` on the log of ``name``. Raises LogMissing."""
    logs = {file.stem: file for file in sorted((var / "logs").glob("*.log"))}
    if name not in logs:
        raise LogMissing(f"there is no log of {name}; there are {', '.join(logs) or 'none, since nothing was started'}")
    # -F goes on with the new file when the supervisor begins one.
    how = ["-F"] if follow else []
    os.execvp("tail", ["tail", "-n", str(max(lines, 0)), *how, str(logs[name])])  # noqa: S606, S607 - a core utility
