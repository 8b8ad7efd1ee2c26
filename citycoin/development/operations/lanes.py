"""The lanes of `./city test`: each a set of tests with what it needs, run in a process of its own and counted."""

import os
import re
import shutil
import subprocess
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from citycoin.development.operations import postgres
from citycoin.development.queries import browser_parts
from citycoin.runtime.domain.addresses import ROOT
from citycoin.runtime.operations import node_parts

ON_A_RUNNING_SYSTEM: Final = (
    "tests/integration",
    "tests/api",
    "tests/chain",
    "tests/faults",
    "tests/runtime/running",
)
# The whole day is played once more where PostgreSQL, Redis and the chain are somebody else's.
WHOLE_DAY: Final = "tests/browser/test_whole_day.py"
# Playwright's loop runs in the test's own thread, beside Django's queries; what it leaves of a failure goes below var/.
IN_A_BROWSER: Final = {"DJANGO_ALLOW_ASYNC_UNSAFE": "1", "TEST_CITIES": "seeds/cities"}
# What forge says of a suite, or the last line of a script of contracts/.
COUNTED: Final = re.compile(r"^(?:Suite result: .* )?(\d+) passed[;,] (\d+) failed")
NONE_CHOSEN: Final = 5  # pytest's code where -k or -m leaves nothing


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a lane ended. ``skipped``: why it didn't run; empty where it did."""

    lane: str
    passed: int = 0
    failed: int = 0
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """``missing`` says what this machine lacks for it, in one sentence with the command that mends it, or ''."""

    name: str
    missing: Callable[[], str]
    run: Callable[[Sequence[str]], Outcome]


def _lacks_nothing() -> str:
    return ""


def _lacks_chain() -> str:
    return "" if node_parts.installed() else "anvil is not installed; ./city up installs it"


def _lacks_postgres() -> str:
    try:
        postgres.binaries()
    except postgres.PostgresMissing as missing:
        return str(missing)
    return _lacks_chain()


def _lacks_servers() -> str:
    if shutil.which("redis-server") is None:
        return "no redis-server; on Debian: apt-get install redis-server"
    return _lacks_postgres()


def _lacks_browser() -> str:
    return browser_parts.lacking() or _lacks_chain()


def _lacks_browser_or_servers() -> str:
    return browser_parts.lacking() or _lacks_servers()


def _lacks_forge() -> str:
    if node_parts.node_folder() is None:
        return "no node of version 20 or newer; on Debian: apt-get install nodejs npm"
    return _lacks_chain()


def _pytest(
    lane: str,
    paths: Sequence[str],
    *,
    database: str = "",
    workers: int = 0,
    spread: str = "",
    missing: Callable[[], str] = _lacks_nothing,
    environ: Mapping[str, str] = types.MappingProxyType({}),
) -> Lane:
    def run(more: Sequence[str]) -> Outcome:
        report = ROOT / "var" / "test-reports" / f"{lane}.xml"
        report.unlink(missing_ok=True)
        existing = [path for path in paths if (ROOT / path).is_file() or any((ROOT / path).rglob("test_*.py"))]
        if not existing:
            return Outcome(lane, skipped="it has no tests")
        at_once = int(os.environ.get("TEST_WORKERS", workers)) if workers else 0
        several = ("-n", str(at_once), "--dist", spread, "--max-worker-restart", "0") if at_once > 1 else ()
        left = ("--output", str(report.with_suffix("")))  # pictures and traces of a browser
        command = (sys.executable, "-m", "pytest", *several, *left, "--junitxml", str(report), *existing, *more)
        code = _run(command, {"TEST_DATABASE": database, **environ})
        if code == NONE_CHOSEN and more:
            return Outcome(lane, skipped="none of its tests was chosen")
        return _counted(lane, report, code)

    return Lane(lane, missing, run)


def _counted(lane: str, report: Path, code: int) -> Outcome:
    if not report.exists():
        return Outcome(lane, failed=1)
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))  # noqa: S314 - written by our own pytest

    def total(what: str) -> int:
        return sum(int(suite.get(what, "0")) for suite in suites)

    failed = total("failures") + total("errors")
    passed = total("tests") - failed - total("skipped")
    return Outcome(lane, passed, failed or int(code != 0))


def _script(lane: str, *words: str) -> Lane:
    """A script of Python, which counts what it tried."""

    def run(_more: Sequence[str]) -> Outcome:
        command = (sys.executable, *words)
        process = subprocess.Popen(command, cwd=ROOT, env=_environment({}), text=True, stdout=subprocess.PIPE)  # noqa: S603
        assert process.stdout is not None
        passed = failed = 0
        for line in process.stdout:
            sys.stdout.write(line)
            if counted := COUNTED.match(line):
                passed += int(counted[1])
                failed += int(counted[2])
        code = process.wait()
        return Outcome(lane, passed, failed or int(code != 0))

    return Lane(lane, _lacks_forge, run)


LANES: Final[Mapping[str, Lane]] = {
    lane.name: lane
    for lane in (
        _pytest("unit", ("tests/unit", "tests/runtime/unit")),
        # More workers than two cores: their tests mostly wait for blocks. A file's people are made once, by one worker.
        _pytest("sqlite", ON_A_RUNNING_SYSTEM, database="sqlite", workers=3, spread="loadfile", missing=_lacks_chain),
        _pytest(
            "postgres", ON_A_RUNNING_SYSTEM, database="postgres", workers=3, spread="loadfile", missing=_lacks_postgres
        ),
        _pytest(
            "browser",
            ("tests/browser",),
            database="sqlite",
            workers=2,
            spread="loadscope",
            missing=_lacks_browser,
            environ=IN_A_BROWSER,
        ),
        _script("contract", "contracts/tools/build.py", "--test"),
        # A part of each proof, whatever its report says; ./city prove runs them whole.
        _script("proofs", "-m", "citycoin.development", "prove", "--part"),
        # PostgreSQL, Redis and anvil that ./city did not start.
        _pytest(
            "servers",
            ("tests/servers", WHOLE_DAY),
            database="foreign",
            missing=_lacks_browser_or_servers,
            environ=IN_A_BROWSER,
        ),
    )
}


def run_lanes(
    names: Sequence[str], *, skipping_fails: bool, more: Sequence[str] = (), ended: Callable[[], bool] = bool
) -> bool:
    """Run the lanes one after the other and print how they ended; return whether all is well.

    ``more`` goes to pytest; no further lane is begun once ``ended`` says so.
    """
    outcomes = []
    for name in names or LANES:
        if ended():
            break
        lane = LANES[name]
        print(f"\n== {name} ==", flush=True)
        missing = lane.missing()
        outcomes.append(Outcome(name, skipped=missing) if missing else lane.run(more))
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    skipped = [outcome for outcome in outcomes if outcome.skipped]
    if skipping_fails:
        failed += len(skipped)
    print(f"\n{'lane':<10} {'passed':>6} {'failed':>6}  skipped")
    for outcome in outcomes:
        print(f"{outcome.lane:<10} {outcome.passed:>6} {outcome.failed:>6}  {outcome.skipped}")
    print(f"{passed} passed, {failed} failed", flush=True)
    return failed == 0


def _environment(further: Mapping[str, str]) -> dict[str, str]:
    """The environment of a lane; `node` is on its PATH where there is one, for what compiles the contract."""
    node = node_parts.node_folder()
    path = os.pathsep.join([*([str(node)] if node else []), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path, **further}


def _run(command: Sequence[str], further: Mapping[str, str]) -> int:
    return subprocess.run(command, cwd=ROOT, env=_environment(further), check=False).returncode  # noqa: S603
