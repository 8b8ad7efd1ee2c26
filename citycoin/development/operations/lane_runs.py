"""Runs lanes side by side, each in a process of its own, and prints how they ended."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from citycoin.development.operations.lanes import REPORTS, Lane
from citycoin.foundation.parent_death import die_with_parent
from citycoin.foundation.waiting import wait_until
from citycoin.runtime.domain.addresses import ROOT
from citycoin.runtime.operations import node_parts

# On two cores, since each waits for a third of its time; 1 runs them one after the other.
AT_ONCE: Final = int(os.environ.get("TEST_LANES_AT_ONCE", "3"))
PROGRESS_EACH_SECONDS: Final = 30
# What forge says of a suite, or the last line of a script of contracts/.
COUNTED: Final = re.compile(r"^(?:Suite result: .* )?(\d+) passed[;,] (\d+) failed", re.MULTILINE)
LONGEST_FAILURE: Final = 300  # letters; the whole of it stands in the lane's output
NONE_CHOSEN: Final = 5  # pytest's code where -k, -m or a path leaves nothing


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a lane ended. ``skipped``: why it didn't run; empty where it did. ``failures``: a line for each test that failed."""

    lane: Lane
    passed: int = 0
    failed: int = 0
    skipped: str = ""
    minutes: float = 0.0
    failures: tuple[str, ...] = ()

    def line(self) -> str:
        """Its row of the table."""
        late = "over its allowance" if self.minutes > self.lane.minutes else ""
        numbers = f"{self.passed:>6} {self.failed:>6} {self.minutes:>8.1f} {self.lane.minutes:>7}"
        return f"{self.lane.name:<15} {numbers}  {self.skipped or late}".rstrip()


@dataclass(slots=True)
class Run:
    """A lane that runs, or has ended."""

    lane: Lane
    process: subprocess.Popen[bytes]
    began: float = field(default_factory=time.monotonic)
    shown: int = 0  # bytes of its log

    @classmethod
    def begin(cls, lane: Lane, more: Sequence[str]) -> "Run":
        """Start it, in a session of its own, so that it can be ended with all its processes."""
        REPORTS.mkdir(parents=True, exist_ok=True)
        lane.report.unlink(missing_ok=True)
        with lane.log.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own tests
                lane.command(more),
                cwd=ROOT,
                env=_environment({"TEST_DATABASE": lane.database, **lane.environ}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=partial(die_with_parent, signal.SIGINT, parent=os.getpid()),  # noqa: PLW1509 - one prctl
            )
        return cls(lane, process)

    @property
    def ended(self) -> bool:
        """Whether its process has ended."""
        return self.process.poll() is not None

    @property
    def minutes(self) -> float:
        """How long it has run, or ran."""
        return (time.monotonic() - self.began) / 60

    def end(self, *, at_once: bool) -> None:
        """As Ctrl-C, after which it ends its systems by itself; ``at_once``: killed, and its systems die with it."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL if at_once else signal.SIGINT)

    def show(self) -> None:
        """Print what it has said since the last time."""
        with self.lane.log.open("rb") as log:
            log.seek(self.shown)
            said = log.read()
        self.shown += len(said)
        print(said.decode(errors="replace"), end="", flush=True)

    def outcome(self, *, narrowed: bool) -> Outcome:
        """Count what passed and failed, once it has ended."""
        code = self.process.wait()
        if code == NONE_CHOSEN and narrowed and not self.lane.script:
            return Outcome(self.lane, skipped="none of its tests was chosen", minutes=self.minutes)
        if self.lane.script:
            passed, failed = self._of_script()
            return Outcome(self.lane, passed, failed or int(code != 0), minutes=self.minutes)
        passed, failures = read_report(self.lane.report)
        return Outcome(self.lane, passed, len(failures) or int(code != 0), minutes=self.minutes, failures=failures)

    def _of_script(self) -> tuple[int, int]:
        counted = COUNTED.findall(self.lane.log.read_text(errors="replace"))
        return sum(int(passed) for passed, _ in counted), sum(int(failed) for _, failed in counted)


def read_report(report: Path) -> tuple[int, tuple[str, ...]]:
    """Return how many tests of pytest's report passed, and a line for each that failed: its name and the first line of why."""
    if not report.exists():
        return 0, ("it ended before it wrote its report",)
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))  # noqa: S314 - our own pytest's
    failures = tuple(line for case in cases if (line := _failure(case)))
    skipped = sum(case.find("skipped") is not None for case in cases)
    return len(cases) - len(failures) - skipped, failures


def _failure(case: ElementTree.Element) -> str:
    for kind in ("failure", "error"):
        if (raised := case.find(kind)) is not None:
            said = (raised.get("message") or "").strip().splitlines() or [kind]
            return f"{case.get('classname')}.{case.get('name')}: {said[0]}"
    return ""


def run_lanes(lanes: Sequence[Lane], *, skipping_fails: bool, more: Sequence[str] = ()) -> bool:
    """Run these lanes and print each one's output as it ends, then a table; return whether all is well.

    ``more`` goes to pytest. Ctrl-C ends what runs, and no further lane is begun; a second one ends it at once.
    """
    runs: list[Run] = []
    interrupted: list[int] = []

    def interrupt(number: int, _frame: object) -> None:
        for run in runs:
            run.end(at_once=bool(interrupted))
        interrupted.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    outcomes = [Outcome(lane, skipped=why) for lane in lanes if (why := lane.missing())]
    skipped = [outcome.lane.name for outcome in outcomes]
    waiting = [lane for lane in lanes if lane.name not in skipped]
    while True:
        while waiting and len(runs) < AT_ONCE and not interrupted:
            lane = waiting.pop(0)
            runs.append(Run.begin(lane, more))
            print(f"== {lane.name} begins; its output is in {lane.log.relative_to(ROOT)}", flush=True)
        if not runs:
            break
        _wait(runs, follow=len(lanes) == 1)
        for run in [run for run in runs if run.ended]:
            runs.remove(run)
            print(f"\n== {run.lane.name} ==", flush=True)
            run.show()
            outcomes.append(run.outcome(narrowed=bool(more)))
    return _print_table(outcomes, skipping_fails=skipping_fails) and not interrupted


def _wait(runs: Sequence[Run], *, follow: bool) -> None:
    """Until one has ended; meanwhile a lane alone is printed as it speaks, and of several a line tells how far they are."""

    def one_ended() -> bool:
        if follow:
            runs[0].show()
        return any(run.ended for run in runs)

    while True:
        try:
            wait_until(one_ended, timeout_seconds=PROGRESS_EACH_SECONDS, what="a lane's end")
        except TimeoutError:
            print("   " + ", ".join(f"{run.lane.name} {run.minutes:.1f} min" for run in runs), flush=True)
        else:
            return


def _print_table(outcomes: Sequence[Outcome], *, skipping_fails: bool) -> bool:
    skipped = [outcome for outcome in outcomes if outcome.skipped]
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes) + (len(skipped) if skipping_fails else 0)
    print(f"\n{'lane':<15} {'passed':>6} {'failed':>6} {'minutes':>8} {'allowed':>7}")
    for outcome in outcomes:
        print(outcome.line())
    for outcome in outcomes:
        for line in outcome.failures:
            print(f"{outcome.lane.name}: {line}"[:LONGEST_FAILURE])
    print(f"{passed} passed, {failed} failed", flush=True)
    return failed == 0


def _environment(further: Mapping[str, str]) -> dict[str, str]:
    """The environment of a lane; `node` is on its PATH where there is one, for what compiles the contract."""
    node = node_parts.node_folder()
    path = os.pathsep.join([*([str(node)] if node else []), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path, **further}
