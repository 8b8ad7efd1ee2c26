"""Waits for a condition, never for a length of time."""

import time
from collections.abc import Callable
from typing import Final

# The pauses between two looks: short at first, for what is nearly there.
FIRST_PAUSE_SECONDS: Final = 0.02
LONGEST_PAUSE_SECONDS: Final = 0.25
# Time between two looks counts as standing still for no more than this: the machine may have let us wait, too.
LONGEST_LOOK_SECONDS: Final = 5


class Stalled(TimeoutError):
    """Nothing has moved for so long that what was waited for is broken, and not slow."""


def wait_until(condition: Callable[[], bool], *, timeout_seconds: float, what: str) -> None:
    """Return as soon as ``condition`` holds. Raises TimeoutError that names ``what`` was waited for."""
    give_up = time.monotonic() + timeout_seconds
    pause = FIRST_PAUSE_SECONDS
    while not condition():
        if time.monotonic() > give_up:
            raise TimeoutError(f"{what}: not within {timeout_seconds:g} s")
        time.sleep(pause)  # the one wait on a condition, which everybody else calls
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def wait_while_moving(
    condition: Callable[[], bool],
    *,
    signs: Callable[[], object],
    what: str,
    patience_seconds: float,
    say: Callable[[float], None] = lambda _seconds: None,
    say_each_seconds: float = 15,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Return as soon as ``condition`` holds, however long that takes while ``signs`` give another answer than before.

    Raises Stalled once they have given the same for ``patience_seconds``. ``say`` is called now and then with the seconds
    that this has taken.
    """
    began = looked = said = clock()
    still_seconds, before = 0.0, signs()
    pause_seconds = FIRST_PAUSE_SECONDS
    while not condition():
        now, seen = clock(), signs()
        still_seconds = still_seconds + min(now - looked, LONGEST_LOOK_SECONDS) if seen == before else 0.0
        looked, before = now, seen
        if still_seconds > patience_seconds:
            raise Stalled(f"{what}: nothing has moved for {patience_seconds:g} s")
        if now - said >= say_each_seconds:
            said = now
            say(now - began)
        pause(pause_seconds)
        pause_seconds = min(pause_seconds * 1.5, LONGEST_PAUSE_SECONDS)
