"""Brings an installation up, step by step, and says how far it is; what fails is named, with the end of its log.

A slow machine is no failure: a part is waited for as long as it makes progress.
"""

import json
import math
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from citycoin.foundation.waiting import Stalled, wait_while_moving
from citycoin.platform.health.queries import probes
from citycoin.runtime.domain.addresses import ROOT, ReservedPorts, home_ports
from citycoin.runtime.operations.secret_files import SecretsExposed
from citycoin.runtime.operations.static_files import CollectFailed, serve_from_now
from citycoin.runtime.operations.supervision import NotRunning
from citycoin.runtime.operations.system import System
from citycoin.runtime.queries.processes import cpu_ticks

LOG_LINES: Final = 15
# So long without any sign of progress, and a part is taken for broken.
PATIENCE_SECONDS: Final = 60
NOTICE: Final = "notice: "
SECONDS: Final = re.compile(r"\d+ s\b")
# Tries after which a process that ends again and again is taken for broken, and not for slow.
TRIES: Final = 3


class StartFailed(Exception):
    """``part`` did not come up; ``log`` is the end of what it wrote."""

    def __init__(self, part: str, why: str, log: str) -> None:
        super().__init__(f"{part} did not start: {why}" + (f"\n{log}" if log else ""))
        self.part = part


class PortTaken(StartFailed):
    """Another program took the port of ``part`` before it could."""


def bring_up(system: System, *, say: Callable[[str], None]) -> None:
    """Start everything, migrate, seed, and wait until every line of health is good. Raises StartFailed.

    Where another program takes a port between its choice and its use, everything is started once more, with another port.
    """
    if system.is_debugged and not system.is_demo:
        raise StartFailed("the system", "CITYCOIN_DEBUG=1 shows source and data: only where CITYCOIN_DEMO=1", "")
    home = home_ports(system.var)
    for tries_left in reversed(range(TRIES)):
        try:
            _start_on_ports(system, home, say)
            break
        except PortTaken as taken:
            if not tries_left:
                raise
            say(f"  {taken.part:<10} another program took its port: once more")
            system.bring_down()
    if "web" in system.names:
        with _step("health", say):
            _wait_for_health(system, f"{system.environment['WEB_URL']}/health.json", say)


def _start_on_ports(system: System, home: Mapping[str, int], say: Callable[[str], None]) -> None:
    with _step("state", say):
        try:
            reserved = system.prepare(home)
        except (SecretsExposed, NotRunning) as wrong:
            raise StartFailed("the supervisor", str(wrong), "") from wrong
    with reserved:
        for name, port in reserved.ports.items():
            if port != home.get(name, port):
                say(_moved(system, name, port, home[name]))
        _start_all(system, reserved, say)


def _moved(system: System, name: str, port: int, former: int) -> str:
    moved = f"  {name:<10} listens at {port} this time: another program has {former}, where it listened before"
    if name != "web" or system.environ.get("CITYCOIN_PUBLIC_URL"):
        return moved
    return (
        f"{moved}.\n  {'':<10} CODES ON PAPER LEAD TO {former} AND DON'T WORK NOW. End that program and start again;"
        f"\n  {'':<10} or name the address that people see: CITYCOIN_PUBLIC_URL"
    )


def refuse_lost_port(system: System, name: str) -> None:
    """Raise PortTaken where another program listens at the port of ``name``."""
    if system.has_lost_port(name):
        where = system.shown_addresses()[name]
        raise PortTaken(name, f"another program listens at {where}", tail(system.var / "logs" / f"{name}.log"))


def _start_all(system: System, reserved: ReservedPorts, say: Callable[[str], None]) -> None:
    environment = system.environment

    def start(name: str, answers: Callable[[], object] | None = None) -> None:
        if name in system.chosen:
            reserved.release(name)
            with _step(name, say):
                _start(system, name, answers, say)

    start("broker", lambda: probes.ask_broker(environment["REDIS_URL"]))
    start("chain", lambda: probes.chain_head(environment["CHAIN_RPC_URL"]))
    if "bank" in system.names:
        start("bank", lambda: probes.ask_web(f"{environment['BANK_URL']}/healthz"))
    if "web" in system.names:
        with _step("static", say):
            collect_static_files(system)
    with _step("database", say):
        _command(system, "database", "migrate", "--no-input", "--verbosity", "0", say=say)
    if system.is_seeded:  # before the worker, whose clock is not that of a chain led through past days
        with _step("cities", say):
            _command(system, "seed", "seed", say=say)
    start("worker")
    start("beat")
    start("web", lambda: probes.ask_web(f"{environment['WEB_URL']}/healthz"))
    start("live", lambda: probes.ask_web(f"{environment['LIVE_URL']}/healthz"))


def collect_static_files(system: System) -> None:
    """Before web starts, unless it is told of a folder of somebody else's making. Raises StartFailed."""
    if system.environ.get("CITYCOIN_STATIC"):
        return
    try:
        serve_from_now(system.var, environ=system.environment)
    except CollectFailed as failed:
        raise StartFailed("static", "the static files can't be collected", str(failed)) from failed


@contextmanager
def _step(name: str, say: Callable[[str], None]) -> Iterator[None]:
    began = time.monotonic()
    yield
    say(f"  {name:<10} {time.monotonic() - began:6.1f} s")


def _start(system: System, name: str, answers: Callable[[], object] | None, say: Callable[[str], None]) -> None:
    """Start ``name`` and wait until it answers; a server that somebody else runs must only answer."""
    ours = name in system.names
    if ours:
        system.supervisor.start([name])
    why = "no answer"

    def ready() -> bool:
        nonlocal why
        if ours:
            refuse_lost_port(system, name)
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
        wait_while_moving(
            ready,
            signs=lambda: signs_of_life(system, [name]),
            what=name,
            patience_seconds=PATIENCE_SECONDS,
            say=lambda seconds: say(f"  {name:<10} waiting for {seconds:.0f} s: {why}"),
        )
    except Stalled as stalled:
        raise StartFailed(
            name, f"{why}; {stalled}", tail(system.var / "logs" / f"{name}.log") if ours else ""
        ) from stalled


def signs_of_life(system: System, names: Iterable[str]) -> list[tuple[str, int, int, int]]:
    """What changes while these parts make progress: their pids, their processor time, the length of their logs."""
    states = system.states()
    return [
        (name, states[name].pid, cpu_ticks(states[name].pid), _length(system.var / "logs" / f"{name}.log"))
        for name in names
        if name in states
    ]


def _length(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def _refuse_broken(system: System, name: str) -> None:
    """Raise StartFailed when ``name`` has ended again and again since this supervisor began."""
    log = system.var / "logs" / "supervisord.log"
    if name not in system.states():
        raise StartFailed(name, "the supervisor has ended", tail(log))
    this_run = log.read_text().rpartition("supervisord started")[2]
    if this_run.count(f"exited: {name} ") >= TRIES:
        raise StartFailed(name, "it ends again and again", tail(system.var / "logs" / f"{name}.log"))


def _command(system: System, part: str, *arguments: str, say: Callable[[str], None]) -> None:
    """Run manage.py until it ends: cut off in the middle it would leave more to mend than to wait for."""
    log = system.var / "logs" / f"{part}.log"
    with (
        log.open("w") as output,
        subprocess.Popen(  # noqa: S603 - our own manage.py
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env=system.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            wait_while_moving(
                lambda: process.poll() is not None,
                signs=lambda: None,
                what=part,
                patience_seconds=math.inf,
                say=lambda seconds: say(f"  {part:<10} at work for {seconds:.0f} s"),
            )
        except BaseException:  # Ctrl-C, too: the command must not go on alone
            process.kill()
            raise
    for notice in notices(log):
        say(notice)
    if process.returncode:
        raise StartFailed(part, f"manage.py {' '.join(arguments)} ended with {process.returncode}", tail(log))


def notices(log: Path) -> list[str]:
    """What a command has to say to whoever is at the keyboard: the lines that begin with NOTICE."""
    return [line.removeprefix(NOTICE) for line in log.read_text().splitlines() if line.startswith(NOTICE)]


def _wait_for_health(system: System, url: str, say: Callable[[str], None]) -> None:
    lines: list[dict[str, object]] | None = None

    def good() -> bool:
        nonlocal lines
        for name in system.names:
            _refuse_broken(system, name)
        lines = health_of(url)
        return lines is not None and not bad_words(lines) and all(state.runs for state in system.states().values())

    try:
        wait_while_moving(
            good,
            signs=lambda: progress(system, lines),
            what="health",
            patience_seconds=PATIENCE_SECONDS,
            say=lambda seconds: say(f"  health     waiting for {seconds:.0f} s: {_why_bad(lines)}"),
        )
    except Stalled as stalled:
        part = _why_bad(lines).partition(":")[0]
        why = f"{_why_bad(lines)}; {stalled}"
        raise StartFailed(part, why, tail(system.var / "logs" / f"{part}.log")) from stalled


def bad_words(lines: Iterable[dict[str, object]]) -> dict[str, str]:
    """What the lines that aren't good say, by name."""
    return {str(line["name"]): str(line["en"]) for line in lines if not line["good"]}


def progress(system: System, lines: list[dict[str, object]] | None) -> object:
    """What changes while health gets better: the words of its bad lines, and the life of the parts that these name.

    A length of time in them grows by itself, so it is no sign.
    """
    if lines is None:
        return signs_of_life(system, ["web"])
    words = {name: SECONDS.sub("", said) for name, said in bad_words(lines).items()}
    return words, signs_of_life(system, words)


def _why_bad(lines: list[dict[str, object]] | None) -> str:
    if lines is None:
        return "web: no answer"
    return "; ".join(f"{name}: {said}" for name, said in bad_words(lines).items()) or "a process has not started"


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
