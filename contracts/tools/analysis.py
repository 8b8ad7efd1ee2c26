"""What tools say of the contract that run no example of it: slither, halmos, and how much the tests reach.

    python contracts/tools/analysis.py [slither] [halmos] [coverage]     those named, or all

slither must find nothing but what a comment beside the line excuses; halmos must show every `check_` of Symbolic.t.sol;
coverage must find every line reached, and prints the branches that aren't. The two first are
installed into a venv of their own, from a lock of their own: they want older packages than the project. Each works on a
copy, so that it disturbs nobody's build. Needs what build.py needs.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

CONTRACTS: Final = Path(__file__).resolve().parents[1]
FORGE: Final = CONTRACTS / "node_modules" / "@foundry-rs" / "forge-linux-amd64" / "bin" / "forge"
LOCK: Final = CONTRACTS / "requirements-analysis.lock"
VENV: Final = CONTRACTS / ".venv-analysis"
# Its solver answers within seconds; more would be a question it can't answer.
SOLVER_MILLISECONDS: Final = "120000"


class AnalysisFailed(Exception):
    """A tool is not content, or could not be asked; it has said why."""


def main(names: Sequence[str]) -> int:
    unknown = set(names) - STEPS.keys()
    if unknown:
        sys.stderr.write(f"contracts/tools/analysis.py: not known: {', '.join(sorted(unknown))}\n")
        return 2
    failed = 0
    for name in names or STEPS:
        sys.stdout.write(f"-- {name}\n")
        sys.stdout.flush()
        try:
            with tempfile.TemporaryDirectory() as folder:
                STEPS[name](_copy(Path(folder)))
        except AnalysisFailed as failure:
            sys.stdout.write(f"FAILED: {failure}\n")
            failed += 1
    sys.stdout.write(f"{len(names or STEPS) - failed} passed, {failed} failed\n")
    return int(failed > 0)


def slither(folder: Path) -> None:
    """Every detector, on the sources alone."""
    shutil.rmtree(folder / "solidity" / "test")
    _run(folder, str(FORGE), "build", "--build-info")
    _run(
        folder,
        *(_tool("slither"), ".", "--foundry-ignore-compile", "--foundry-out-directory", "solidity/out"),
        *("--filter-paths", "node_modules", "--fail-pedantic"),
    )


def halmos(folder: Path) -> None:
    """Every `check_` holds for all numbers."""
    for test in (folder / "solidity" / "test").glob("*.sol"):
        if test.name != "Symbolic.t.sol":
            test.unlink()
    _run(
        folder,
        *(_tool("halmos"), "--forge-build-out", "solidity/out", "--contract", "SymbolicTest"),
        *("--solver-timeout-assertion", SOLVER_MILLISECONDS),
    )


def coverage(folder: Path) -> None:
    """Every line of the sources is reached by forge's tests; the branches that aren't are printed."""
    _run(
        folder,
        *(str(FORGE), "coverage", "--report", "summary", "--report", "lcov", "--report-file", "lcov.info"),
        *("--no-match-coverage", "test|node_modules", "--no-match-contract", "GasTest|InvariantsTest"),
    )
    gaps = 0
    for record in (folder / "lcov.info").read_text(encoding="utf-8").split("end_of_record"):
        source = re.search(r"^SF:(.*)$", record, re.MULTILINE)
        name = source[1] if source else "?"
        lines = re.findall(r"^DA:(\d+),0$", record, re.MULTILINE)
        branches = re.findall(r"^BRDA:(\d+),\d+,\d+,(?:0|-)$", record, re.MULTILINE)
        sys.stdout.writelines(f"{name}:{line}: a line that no test reaches\n" for line in lines)
        sys.stdout.writelines(f"{name}:{line}: a branch that no test takes\n" for line in branches)
        gaps += len(lines)
    if gaps:
        raise AnalysisFailed(f"{gaps} lines are not reached")


STEPS: Final[Mapping[str, Callable[[Path], None]]] = {"slither": slither, "halmos": halmos, "coverage": coverage}


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


def _run(folder: Path, *command: str) -> None:
    """Run it there, with forge and the venv on PATH; what it keeps in a home folder stays there, too."""
    path = os.pathsep.join([str(FORGE.parent), str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    environ = {**os.environ, "PATH": path, "NO_COLOR": "1"}
    if folder != CONTRACTS:
        environ["HOME"] = str(folder)
    sys.stdout.flush()
    code = subprocess.run(command, cwd=folder, env=environ, check=False).returncode
    if code:
        raise AnalysisFailed(f"{Path(command[0]).name} {command[1]} ended with {code}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
