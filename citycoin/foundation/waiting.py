"""Waits for a condition, never for a length of time."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], bool], *, timeout_seconds: float, what: str) -> None:
    """Return as soon as ``condition`` holds. Raises TimeoutError that names ``what`` was waited for."""
    give_up = time.monotonic() + timeout_seconds
    pause = 0.02
    while not condition():
        if time.monotonic() > give_up:
            raise TimeoutError(f"{what}: not within {timeout_seconds:g} s")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)
