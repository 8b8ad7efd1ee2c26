"""What tools say of the contract that run no example of it: slither, halmos, and how much the tests reach.

    python contracts/tools/analysis.py [static] [symbolic] [coverage]    those named, or all
    python contracts/tools/analysis.py … --part SEED                     a part of each, drawn by these letters
    python contracts/tools/analysis.py … --report FILE                   what they came to, as JSON

static: slither must find nothing but what a comment beside the line excuses. symbolic: halmos must show every `check_` of
Symbolic.t.sol. coverage: forge's tests must reach every line, and the branches that they don't are printed. slither and
halmos are installed into a venv of their own, from a lock of their own: they want older packages than the project. Each
works on a copy, so that it disturbs nobody's build. Needs what build.py needs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

CONTRACTS: Final = Path(__file__).resolve().parents[1]
FORGE: Final = CONTRACTS / "node_modules" / "@foundry-rs" / "forge-linux-amd64" / "bin" / "forge"
LOCK: Final = CONTRACTS / "requirements-analysis.lock"
VENV: Final = CONTRACTS / ".venv-analysis"
# Its solver answers within seconds; more would be a question it can't answer.
SOLVER_MILLISECONDS: Final = "120000"
CHECK: Final = re.compile(r"function (check_\w+)\(")
# A part asks so many checks of halmos.
CHECKS_OF_A_PART: Final = 2
SLITHER_SAID: Final = re.compile(r"analyzed \((\d+) contracts with (\d+) detectors\), (\d+) result")
HALMOS_SAID: Final = re.compile(r"Symbolic test result: (\d+) passed; (\d+) failed")


# They deploy the artifact, of which no line is known.
NOT_COVERING: Final = ("Gas", "Invariants")


class AnalysisFailed(Exception):
    """A tool is not content, or could not be asked; it has said why."""


def main(arguments: Sequence[str]) -> int:
    """Ask the tools that are named, each in a folder of its own; return 0 where all are content, 1 otherwise."""
    parser = argparse.ArgumentParser(description="Ask tools about the contract.")
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"of {', '.join(STEPS)}; all when none is named")
    parser.add_argument("--part", metavar="SEED", default="", help="a part of each, drawn by these letters")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write what they came to")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.steps) - STEPS.keys():
        parser.error(f"not known: {', '.join(sorted(unknown))}")
    names = asked.steps or list(STEPS)
    figures: dict[str, Any] = {}
    seeds: dict[str, Any] = {}
    for name in names:
        sys.stdout.write(f"-- {name}\n")
        sys.stdout.flush()
        try:
            with tempfile.TemporaryDirectory() as folder:
                figures[name], seeds[name] = STEPS[name](_copy(Path(folder)), asked.part)
        except AnalysisFailed as failure:
            sys.stdout.write(f"FAILED: {failure}\n")
    if asked.report:
        one = names[0] if len(names) == 1 else ""
        said = {"figures": figures.get(one, figures), "seeds": seeds.get(one, seeds)}
        asked.report.write_text(json.dumps(said), encoding="utf-8")
    sys.stdout.write(f"{len(figures)} passed, {len(names) - len(figures)} failed\n")
    return int(len(figures) < len(names))


def static(folder: Path, _part: str) -> Step:
    """Slither finds nothing with any detector, on the sources alone; it is short, so a part is the whole.

    The figures are {"contracts", "detectors", "results"}. Raises AnalysisFailed.
    """
    shutil.rmtree(folder / "solidity" / "test")
    _run(folder, str(FORGE), "build", "--build-info")
    said = _run(
        folder,
        *(_tool("slither"), ".", "--foundry-ignore-compile", "--foundry-out-directory", "solidity/out"),
        *("--filter-paths", "node_modules", "--fail-pedantic"),
    )
    contracts, detectors, results = _numbers(SLITHER_SAID, said)
    return {"contracts": contracts, "detectors": detectors, "results": results}, {}


def symbolic(folder: Path, part: str) -> Step:
    """Halmos shows every `check_` for all numbers; a part is two of them.

    The figures are {"checks", "shown", "not_shown"}. Raises AnalysisFailed.
    """
    for test in (folder / "solidity" / "test").glob("*.sol"):
        if test.name != "Symbolic.t.sol":
            test.unlink()
    checks = CHECK.findall((folder / "solidity" / "test" / "Symbolic.t.sol").read_text(encoding="utf-8"))
    asked = drawn(checks, seed=part, count=CHECKS_OF_A_PART) if part else checks
    said = _run(
        folder,
        *(_tool("halmos"), "--forge-build-out", "solidity/out", "--contract", "SymbolicTest"),
        *("--match-test", f"^({'|'.join(asked)})\\("),
        *("--solver-timeout-assertion", SOLVER_MILLISECONDS),
    )
    passed, failed = _numbers(HALMOS_SAID, said)
    if passed + failed != len(asked):
        raise AnalysisFailed(f"halmos was asked {len(asked)} checks and looked at {passed + failed}")
    return {"checks": len(asked), "shown": passed, "not_shown": failed}, {}


def coverage(folder: Path, part: str) -> Step:
    """Forge's tests reach every line of the sources; the branches that they don't reach are printed.

    A part is the tests of one file, which must reach some line of the contract. The figures are {"lines", "lines_reached",
    "branches", "branches_taken"}, the seeds those of the random tests. Raises AnalysisFailed.
    """
    chosen = ("--match-path", f"solidity/test/{drawn(covering(folder), seed=part, count=1)[0]}") if part else ()
    _run(
        folder,
        *(str(FORGE), "coverage", "--report", "summary", "--report", "lcov", "--report-file", "lcov.info"),
        *(
            "--no-match-coverage",
            "test|node_modules",
            "--no-match-contract",
            "|".join(f"{name}Test" for name in NOT_COVERING),
            *chosen,
        ),
    )
    figures = _reached((folder / "lcov.info").read_text(encoding="utf-8"), say_gaps=not part)
    if figures["lines_reached"] < (1 if part else figures["lines"]):
        raise AnalysisFailed(f"{figures['lines'] - figures['lines_reached']} lines are not reached")
    fuzz = tomllib.loads((CONTRACTS / "foundry.toml").read_text(encoding="utf-8"))["profile"]["default"]["fuzz"]
    return figures, {"fuzz": fuzz["seed"], "fuzz_runs": fuzz["runs"]}


def covering(folder: Path) -> list[str]:
    """The files of tests that the report is made of: those that forge runs for it, sorted by name."""
    tests = (folder / "solidity" / "test").glob("*.t.sol")
    named = {test.name for test in tests if "function test" in test.read_text(encoding="utf-8")}
    return sorted(named - {f"{name}.t.sol" for name in NOT_COVERING})


def _reached(report: str, *, say_gaps: bool) -> dict[str, int]:
    """How many lines and branches there are in forge's report, and how many of them a test reaches."""
    figures = dict.fromkeys(("lines", "lines_reached", "branches", "branches_taken"), 0)
    for record in report.split("end_of_record"):
        source = re.search(r"^SF:(.*)$", record, re.MULTILINE)
        name = source[1] if source else "?"
        lines = re.findall(r"^DA:(\d+),(\d+)$", record, re.MULTILINE)
        branches = re.findall(r"^BRDA:(\d+),\d+,\d+,(\d+|-)$", record, re.MULTILINE)
        for kind, found, each, done in (
            ("lines", lines, "a line that no test reaches", "lines_reached"),
            ("branches", branches, "a branch that no test takes", "branches_taken"),
        ):
            gaps = [line for line, times in found if times in {"0", "-"}]
            figures[kind] += len(found)
            figures[done] += len(found) - len(gaps)
            if say_gaps:
                sys.stdout.writelines(f"{name}:{line}: {each}\n" for line in gaps)
    return figures


# The figures of a step, and the seeds of what it draws.
Step = tuple[dict[str, Any], dict[str, Any]]
STEPS: Final[Mapping[str, Callable[[Path, str], Step]]] = {
    "static": static,
    "symbolic": symbolic,
    "coverage": coverage,
}


def drawn(names: Sequence[str], *, seed: str, count: int) -> list[str]:
    """Draw ``count`` of the names, the same for the same seed on every machine."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())[:count]


def _numbers(said: re.Pattern[str], text: str) -> list[int]:
    found = said.search(text)
    if found is None:
        raise AnalysisFailed(f"the tool did not say what it came to: {said.pattern}")
    return [int(number) for number in found.groups()]


def _copy(folder: Path) -> Path:
    """Sources, tests and artifacts in a folder of their own."""
    for name in ("src", "test", "solc"):
        source = CONTRACTS / "solidity" / name
        target = folder / "solidity" / name
        target.parent.mkdir(exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy2(source, target)
    (folder / "solidity" / "cache").mkdir()
    shutil.copytree(CONTRACTS / "artifacts", folder / "artifacts")
    shutil.copy2(CONTRACTS / "foundry.toml", folder)
    (folder / "node_modules").symlink_to(CONTRACTS / "node_modules")
    return folder


def _tool(name: str) -> str:
    """The path of a tool of the analysis' own venv, which is made where it is missing or of another lock."""
    note, wanted = VENV / ".lock", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not note.exists() or note.read_text(encoding="utf-8") != wanted:
        sys.stdout.write(f"installing {LOCK.name} into {VENV.relative_to(CONTRACTS.parent)}\n")
        sys.stdout.flush()
        _run(CONTRACTS, sys.executable, "-m", "venv", "--clear", str(VENV))
        pip = (str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        _run(CONTRACTS, *pip, "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK))
        note.write_text(wanted, encoding="utf-8")
    return str(VENV / "bin" / name)


def _run(folder: Path, *command: str) -> str:
    """Run it there, with forge and the venv on PATH; return what it says, which is printed, too.

    What it keeps in a home folder stays there.
    """
    path = os.pathsep.join([str(FORGE.parent), str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    environ = {**os.environ, "PATH": path, "NO_COLOR": "1"}
    if folder != CONTRACTS:
        environ["HOME"] = str(folder)
    lines = []
    with subprocess.Popen(
        command, cwd=folder, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            lines.append(line)
    if process.returncode:
        raise AnalysisFailed(f"{Path(command[0]).name} {command[1]} ended with {process.returncode}")
    return "".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
