"""Brings an installation up, step by step, and says how far it is; what fails is named, with the end of its log."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from citycoin.foundation.waiting import wait_until
from citycoin.platform.health.queries import probes
from citycoin.runtime.domain.addresses import ROOT, ReservedPorts
from citycoin.runtime.operations.secret_files import SecretsExposed
from citycoin.runtime.operations.supervision import NotRunning
from citycoin.runtime.operations.system import System

LOG_LINES: Final = 15
SECONDS_TO_ANSWER: Final = 60
# Tries after which a process that ends again and again is taken for broken, and not for slow.
TRIES: Final = 3


class StartFailed(Exception):
    """``part`` did not come up; ``log`` is the end of what it wrote."""

    def __init__(self, part: str, why: str, log: str) -> None:
        super().__init__(f"{part} did not start: {why}" + (f"\n{log}" if log else ""))
        self.part = part


def bring_up(system: System, *, say: Callable[[str], None]) -> None:
    """Start everything, migrate, seed, and wait until every line of health is good. Raises StartFailed."""
    if system.is_debugged and not system.is_demo:
        raise StartFailed("the system", "CITYCOIN_DEBUG=1 shows source and data: only where CITYCOIN_DEMO=1", "")
    with _step("state", say):
        try:
            reserved = system.prepare()
        except (SecretsExposed, NotRunning) as wrong:
            raise StartFailed("the supervisor", str(wrong), "") from wrong
    with reserved:
        _start_all(system, reserved, say)
    if "web" in system.names:
        with _step("health", say):
            _wait_for_health(system, f"{system.environment['WEB_URL']}/health.json")


def _start_all(system: System, reserved: ReservedPorts, say: Callable[[str], None]) -> None:
    environment = system.environment

    def start(name: str, answers: Callable[[], object] | None = None) -> None:
        if name in system.chosen:
            reserved.release(name)
            with _step(name, say):
                _start(system, name, answers)

    start("broker", lambda: probes.ask_broker(environment["REDIS_URL"]))
    start("chain", lambda: probes.chain_head(environment["CHAIN_RPC_URL"]))
    with _step("database", say):
        _command(system, "database", "migrate", "--no-input", "--verbosity", "0")
    if system.is_seeded:  # before the worker, whose clock is not that of a chain led through past days
        with _step("cities", say):
            _command(system, "seed", "seed")
    start("worker")
    start("beat")
    start("web", lambda: probes.ask_web(f"{environment['WEB_URL']}/healthz"))
    start("live", lambda: probes.ask_web(f"{environment['LIVE_URL']}/healthz"))


@contextmanager
def _step(name: str, say: Callable[[str], None]) -> Iterator[None]:
    began = time.monotonic()
    yield
    say(f"  {name:<10} {time.monotonic() - began:6.1f} s")


def _start(system: System, name: str, answers: Callable[[], object] | None) -> None:
    """Start ``name`` and wait until it answers; a server that somebody else runs must only answer."""
    ours = name in system.names
    if ours:
        system.supervisor.start([name])
    why = "no answer"

    def ready() -> bool:
        nonlocal why
        if ours:
            _refuse_broken(system, name)
        if answers is None:
            return system.states()[name].runs
        try:
            answers()
        except probes.NoAnswer as wrong:
            why = str(wrong)
            return False
        return True

    try:
        wait_until(ready, timeout_seconds=SECONDS_TO_ANSWER, what=name)
    except TimeoutError as late:
        raise StartFailed(name, why, tail(system.var / "logs" / f"{name}.log") if ours else "") from late


def _refuse_broken(system: System, name: str) -> None:
    """Raise StartFailed when ``name`` has ended again and again since this supervisor began."""
    log = system.var / "logs" / "supervisord.log"
    if name not in system.states():
        raise StartFailed(name, "the supervisor has ended", tail(log))
    this_run = log.read_text().rpartition("supervisord started")[2]
    if this_run.count(f"exited: {name} ") >= TRIES:
        raise StartFailed(name, "it ends again and again", tail(system.var / "logs" / f"{name}.log"))


def _command(system: System, part: str, *arguments: str) -> None:
    log = system.var / "logs" / f"{part}.log"
    with log.open("w") as output:
        done = subprocess.run(  # noqa: S603 - our own manage.py
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env=system.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise StartFailed(part, f"manage.py {' '.join(arguments)} ended with {done.returncode}", tail(log))


def _wait_for_health(system: System, url: str) -> None:
    bad = "no answer"

    def good() -> bool:
        nonlocal bad
        for name in system.names:
            _refuse_broken(system, name)
        lines = health_of(url)
        if lines is None:
            return False
        bad = "; ".join(f"{line['name']}: {line['en']}" for line in lines if not line["good"])
        return not bad and all(state.runs for state in system.states().values())

    try:
        wait_until(good, timeout_seconds=SECONDS_TO_ANSWER, what="health")
    except TimeoutError as late:
        part = bad.partition(":")[0]
        raise StartFailed(part, bad, tail(system.var / "logs" / f"{part}.log")) from late


def health_of(url: str) -> list[dict[str, object]] | None:
    """The lines of health that a web process answers with, good or not; None where it doesn't answer."""
    try:
        lines = json.loads(probes.ask_web(url, also=503, timeout_seconds=10))["lines"]
    except (probes.NoAnswer, ValueError, KeyError):
        return None
    assert isinstance(lines, list)
    return lines


def tail(log: Path, *, lines: int = LOG_LINES) -> str:
    """The last lines of ``log``, indented; empty where there is none."""
    if not log.exists():
        return ""
    last = log.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join((f"  last lines of {log}:", *(f"    {line}" for line in last)))
