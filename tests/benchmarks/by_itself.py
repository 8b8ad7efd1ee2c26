"""``./city bench by_itself``: how soon a part that is stopped or killed turns its line red, and how soon all is good again.

On an otherwise idle machine: what the city promises is in seconds, and a machine with other work has no such seconds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import Final

from citycoin.foundation.waiting import wait_until
from citycoin.runtime.domain import programs
from tests.benchmarks import form
from tests.benchmarks.form import Figure, Measured
from tests.faults.healthy import bad_lines
from tests.running import RunningSystem

RED_WITHIN_SECONDS: Final = 10
GOOD_WITHIN_SECONDS: Final = 15
# After so long it is no longer slow, but broken.
GIVE_UP_AFTER_SECONDS: Final = 120


def options(parser: argparse.ArgumentParser) -> None:
    """What may be asked for."""
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")


def measure(given: argparse.Namespace) -> Measured:
    """Each part of a system of its own: stopped and started, then killed."""
    with RunningSystem(database=given.database, name="bench") as system:
        figures = [figure for name in programs.NAMES for figure in (*stopped(system, name), killed(system, name))]
        books = system.manage("reconcile").returncode == 0
    return Measured("by_itself", tuple(figures), raw={"database": given.database}, books_equal=books)


def stopped(system: RunningSystem, name: str) -> tuple[Figure, Figure]:
    """As `./city stop` and `./city start` do it."""
    system.stop(name)
    red = seconds_until(lambda: bad_lines(system) == {name}, what=f"{name} red, and nothing else")
    system.start(name, wait=False)
    good = seconds_until(lambda: not bad_lines(system), what=f"{name} good")
    return (
        Figure(f"{name}_stopped_red_s", red, bar=RED_WITHIN_SECONDS, at_most=True),
        Figure(f"{name}_started_good_s", good, bar=GOOD_WITHIN_SECONDS, at_most=True),
    )


def killed(system: RunningSystem, name: str) -> Figure:
    """By SIGKILL; the supervisor starts it again, often before its line has turned red."""
    before = system.kill(name)
    good = seconds_until(
        lambda: system.pid(name) not in {0, before} and system.answers(name) and not bad_lines(system),
        what=f"another {name}, and all good",
    )
    return Figure(f"{name}_killed_good_s", good, bar=GOOD_WITHIN_SECONDS, at_most=True)


def seconds_until(condition: Callable[[], bool], *, what: str) -> float:
    """How long it takes until ``condition`` holds. Raises TimeoutError."""
    began = time.monotonic()
    wait_until(condition, timeout_seconds=GIVE_UP_AFTER_SECONDS, what=what)
    return round(time.monotonic() - began, 1)


if __name__ == "__main__":
    sys.exit(form.run("by_itself", says=__doc__, measure=measure, options=options))
