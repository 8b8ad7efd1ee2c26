"""Runs a proof about pages: `square.py` or `lighthouse.py`, on systems of its own, and says how far it is.

    python tests/browser/proof.py axe                  every page in every look, width and language
    python tests/browser/proof.py lighthouse           the pages that people open most; installs Lighthouse at the first run
    python tests/browser/proof.py … --report FILE      what it came to, as JSON
    python tests/browser/proof.py … --only WORDS       what pytest's -k chooses; for whoever mends a page

It needs what the lane `browser` needs.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from citycoin.development.operations.lanes import IN_A_BROWSER, QUICK
from citycoin.development.queries import browser_parts, machine
from citycoin.runtime.domain.addresses import ROOT
from citycoin.runtime.operations import node_parts

HERE: Final = Path(__file__).parent
LIGHTHOUSE: Final = ROOT / "tests" / "lighthouse"
# Lighthouse measures alone, and at the product's own pace.
AT_ITS_OWN_PACE: Final = {name: value for name, value in IN_A_BROWSER.items() if name not in QUICK}
SAID_EACH_SECONDS: Final = 20


@dataclass
class Progress:
    """A plugin of pytest: prints how many of how many are done and how long the rest will take; keeps what tests record."""

    total: int = 0
    done: int = 0
    failed: int = 0
    recorded: list[tuple[str, Any]] = field(default_factory=list)
    _began: float = 0.0
    _said: float = 0.0

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        self.total = len(ids)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.total = self.total or len(session.items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str]:
        """No letter a test."""
        return ("" if report.passed and report.when != "call" else report.outcome, "", "")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed += report.failed
        if report.failed:
            print(f"FAILED {report.nodeid}: {report.longreprtext[-2000:]}", flush=True)
        if report.when == "call" or (report.when == "setup" and not report.passed):
            self.done += 1
            self.recorded += report.user_properties
            self._say()

    def _say(self) -> None:
        now = time.monotonic()
        self._began = self._began or now
        if now - self._said < SAID_EACH_SECONDS and self.done < self.total:
            return
        self._said = now
        each = (now - self._began) / max(self.done - 1, 1)
        left = f", some {each * (self.total - self.done) / 60:.0f} min left" if self.done > 1 else ""
        print(f"{self.done} of {self.total}, {self.failed} failed{left}", flush=True)

    def of(self, name: str) -> list[Any]:
        """What tests recorded under this name."""
        return [value for key, value in self.recorded if key == name]


def main(arguments: Sequence[str]) -> int:
    """Run one proof; return 0 where every test passed, 1 otherwise."""
    parser = argparse.ArgumentParser(description="Look at the pages.")
    parser.add_argument("name", choices=("axe", "lighthouse"))
    parser.add_argument("--report", type=Path, metavar="FILE", help="write what it came to")
    parser.add_argument("--only", metavar="WORDS", default="", help="what pytest's -k chooses")
    asked = parser.parse_args(arguments)
    if lacking := browser_parts.lacking():
        print(lacking)
        return 1
    try:
        figures = _axe(asked.only) if asked.name == "axe" else _lighthouse(asked.only)
    except (NotContent, node_parts.InstallFailed) as failed:
        print(f"FAILED: {failed}")
        return 1
    if asked.report:
        said = {"figures": figures, "seeds": {}, "tools": {"chromium": _chromium()}}
        asked.report.write_text(json.dumps(said), encoding="utf-8")
    return 0


class NotContent(Exception):
    """A page isn't as it must be; what is said before tells which."""


def _axe(only: str) -> dict[str, Any]:
    """{"loads", "looks_of_axe", "grave", "lesser"}: pages loaded, what axe looked at, and what it found by the rule."""
    ran = _ran("square.py", only, IN_A_BROWSER, "-n", "2")
    lesser = ran.of("lesser")
    rules = Counter(itertools.chain.from_iterable(lesser))
    return {"loads": ran.total, "looks_of_axe": len(lesser), "grave": 0, "lesser": rules}


def _lighthouse(only: str) -> dict[str, Any]:
    """{"load": the machine's before, page: {category: median of five}}."""
    node_parts.install(say=print, folder=LIGHTHOUSE)
    load = machine.load()
    ran = _ran("lighthouse.py", only, AT_ITS_OWN_PACE)
    return {"load": load, **{name: scores for each in ran.of("scores") for name, scores in each.items()}}


def _ran(file: str, only: str, environ: Mapping[str, str], *further: str) -> Progress:
    """Raises NotContent."""
    os.environ.update({"TEST_DATABASE": "sqlite", **environ})
    progress = Progress()
    quiet = ("-q", "--no-header", "--tb=no", "-o", "console_output_style=classic")
    chosen = ("-k", only) if only else ()
    code = pytest.main([str(HERE / file), *quiet, *chosen, *further], plugins=[progress])
    for scores in progress.of("scores"):
        print(scores)
    if code != pytest.ExitCode.OK:
        raise NotContent(f"{progress.failed} of {progress.total} failed")
    return progress


def _chromium() -> str:
    done = subprocess.run([browser_parts.chromium(), "--version"], capture_output=True, text=True, check=True)  # noqa: S603 - the path that was found
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
