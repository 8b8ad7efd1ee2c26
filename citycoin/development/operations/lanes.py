"""The lanes of `./city test`: each a set of tests with what it needs and the minutes it may take."""

import sys
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from citycoin.development.operations import missing
from citycoin.runtime.domain.addresses import ROOT

REPORTS: Final = ROOT / "var" / "test-reports"
# What starts whole systems comes first: at the end, a worker would wait for the other one to be done with a long file.
ON_A_RUNNING_SYSTEM: Final = ("tests/integration", "tests/runtime/running", "tests/chain", "tests/api")
# What is about the product's own pace, with a block each second.
AT_ITS_OWN_PACE: Final = ("tests/faults", "tests/integration/test_by_itself.py")
# Elsewhere tests wait for settled payments, and not for the clock. Quicker rounds cost more than the waits that they save: what
# waits is told of at once, and rounds alone take 10 in 100 of a core for each system at one in 0.8 s, of which lanes have six.
QUICK: Final[Mapping[str, str]] = types.MappingProxyType(
    {"CHAIN_BLOCK_SECONDS": "0.2", "ROUND_SECONDS": "1.5", "CHAIN_DUMP_SECONDS": "5"}
)
# The whole day is played once more where PostgreSQL, Redis and the chain are somebody else's.
WHOLE_DAY: Final = "tests/browser/test_whole_day.py"
# Playwright's loop runs in the test's own thread, beside Django's queries; what it leaves of a failure goes below var/.
IN_A_BROWSER: Final[Mapping[str, str]] = types.MappingProxyType(
    {**QUICK, "DJANGO_ALLOW_ASYNC_UNSAFE": "1", "TEST_CITIES": "seeds/cities"}
)
# Options of pytest whose next word may look like a path and chooses nothing.
WITH_A_WORD: Final = ("--ignore", "--deselect", "--confcutdir", "--rootdir", "-k", "-m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One process of pytest over ``paths``, or of ``script``, what follows `python` in the top folder.

    ``minutes``: allowed on two cores; more is said, and fails nothing. ``missing`` says what this machine lacks for it, in one
    sentence with the command that mends it, or ''.
    """

    name: str
    minutes: int
    missing: Callable[[], str] = missing.nothing
    script: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    but: tuple[str, ...] = ()  # paths below these that belong to another lane
    marked: str = ""  # of these only the tests with this marker
    database: str = ""
    workers: int = 1
    spread: str = "loadfile"  # a file's people are made once, by one worker
    environ: Mapping[str, str] = field(default_factory=dict)

    @property
    def report(self) -> Path:
        """Where pytest writes what passed."""
        return REPORTS / f"{self.name}.xml"

    @property
    def log(self) -> Path:
        """Where everything goes that the lane prints."""
        return REPORTS / f"{self.name}.log"

    def holds(self, path: str) -> bool:
        """Whether ``path`` or ``path::test`` lies among its tests."""
        file = path.partition("::")[0]
        return _below(file, self.paths) and not _below(file, self.but)

    def narrowed(self, paths: Sequence[str]) -> "Lane":
        """The same with these tests only, whatever their markers; one file needs one worker."""
        files = {path.partition("::")[0] for path in paths}
        several = len(files) > 1 or any((ROOT / file).is_dir() for file in files)
        return replace(self, paths=tuple(paths), marked="", workers=self.workers if several else 1)

    def command(self, more: Sequence[str]) -> tuple[str, ...]:
        """What to run; ``more`` goes to pytest."""
        if self.script:
            return (sys.executable, *self.script)
        several = (
            "-n",
            str(self.workers),
            "--dist",
            self.spread,
            "--no-loadscope-reorder",
            "--max-worker-restart",
            "0",
        )
        return (
            *(sys.executable, "-m", "pytest"),
            *(several if self.workers > 1 else ()),
            *(("--no-loadscope-reorder",) if self.spread == "loadfile" else ()),  # in the order of the paths
            *(("-m", self.marked) if self.marked else ()),
            *("--output", str(REPORTS / self.name)),  # pictures and traces of a browser
            *("--junitxml", str(self.report)),
            *self.paths,
            *(f"--ignore={path}" for path in self.but),
            *more,
        )


def _below(file: str, paths: Sequence[str]) -> bool:
    return any(Path(file).is_relative_to(path) for path in paths)


# In the order in which they begin: what waits for most of its time first, so that something computes beside it.
LANES: Final[Mapping[str, Lane]] = {
    lane.name: lane
    for lane in (
        # Mostly they wait, at the product's own pace.
        Lane(
            name="postgres-faults",
            minutes=8,
            missing=missing.of_postgres,
            paths=AT_ITS_OWN_PACE,
            database="postgres",
        ),
        Lane(
            name="sqlite-faults",
            minutes=8,
            missing=missing.of_chain,
            paths=AT_ITS_OWN_PACE,
            database="sqlite",
        ),
        Lane(
            name="postgres",
            minutes=10,
            missing=missing.of_postgres,
            paths=ON_A_RUNNING_SYSTEM,
            but=AT_ITS_OWN_PACE,
            database="postgres",
            workers=2,
            environ=QUICK,
        ),
        Lane(
            name="browser",
            minutes=8,
            missing=missing.of_browser,
            paths=("tests/browser",),
            database="sqlite",
            workers=2,
            spread="loadscope",
            environ=IN_A_BROWSER,
        ),
        Lane(
            name="sqlite",
            minutes=7,
            missing=missing.of_chain,
            paths=ON_A_RUNNING_SYSTEM,
            but=AT_ITS_OWN_PACE,
            marked="both_databases",
            database="sqlite",
            workers=2,
            environ=QUICK,
        ),
        Lane(
            name="contract",
            minutes=2,
            missing=missing.of_forge,
            script=("contracts/tools/build.py", "--test"),
        ),
        # A part of each proof, whatever its report says; ./city prove runs them whole.
        Lane(
            name="proofs",
            minutes=4,
            missing=missing.of_forge,
            script=("-m", "citycoin.development", "prove", "--part"),
        ),
        # PostgreSQL, Redis and anvil that ./city did not start.
        Lane(
            name="servers",
            minutes=3,
            missing=missing.of_browser_and_servers,
            paths=("tests/servers", WHOLE_DAY),
            database="foreign",
            environ=IN_A_BROWSER,
        ),
        # Two state machines of the ledger take most of its time: a worker each.
        Lane(
            name="unit",
            minutes=3,
            paths=("tests/unit", "tests/runtime/unit"),
            workers=2,
            spread="worksteal",
        ),
    )
}


class NoLane(Exception):
    """A word that chooses nothing: neither a lane nor the path of a test in one."""


def chosen(words: Sequence[str], *, database: str, more: Sequence[str]) -> tuple[list[Lane], list[str]]:
    """The lanes that ``words`` name, or the tests at these paths in the lane of their folder; and what is left of ``more``.

    A path in ``more`` narrows the lanes named. Raises NoLane.
    """
    paths, left = _paths_apart(more)
    named = [word for word in words if word in LANES]
    lanes = [LANES[name] for name in named or (() if words else LANES)]
    if database and len(named) == len(words):
        raise NoLane("--database goes with a PATH; a lane has its own")
    if lost := [path for path in paths if not any(lane.holds(path) for lane in lanes)]:
        raise NoLane(f"{', '.join(lost)}: in none of the lanes {', '.join(lane.name for lane in lanes)}")
    if paths:
        lanes = [lane.narrowed(within) for lane in lanes if (within := [path for path in paths if lane.holds(path)])]
    by_lane: dict[str, tuple[Lane, list[str]]] = {}
    for word in words:
        if word not in LANES:
            lane = _lane_of(word, database)
            by_lane.setdefault(lane.name, (lane, []))[1].append(word)
    return [*lanes, *(lane.narrowed(within) for lane, within in by_lane.values())], left


def _lane_of(path: str, database: str) -> Lane:
    """The lane for a test named by hand: on SQLite unless another database is asked for."""
    if not (ROOT / path.partition("::")[0]).exists():
        raise NoLane(f"no lane and no test is called {path}; the lanes are {', '.join(LANES)}")
    holding = [lane for lane in LANES.values() if lane.holds(path)]
    if not holding:
        raise NoLane(f"no lane has {path}: name a folder or file of one of {', '.join(LANES)}")
    fitting = next((lane for lane in holding if lane.database == (database or "sqlite")), holding[0])
    return replace(fitting, database=database) if database and fitting.database else fitting


def _paths_apart(more: Sequence[str]) -> tuple[list[str], list[str]]:
    paths: list[str] = []
    left: list[str] = []
    for before, word in zip(("", *more), more, strict=False):
        is_path = not word.startswith("-") and before not in WITH_A_WORD and (ROOT / word.partition("::")[0]).exists()
        (paths if is_path else left).append(word)
    return paths, left
