"""What `./city check` asks of the code: each rule once, by the tool that knows it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from citycoin.runtime.domain.addresses import ROOT
from citycoin.runtime.operations import node_parts

PYTHON: Final = (sys.executable, "-m")
BUILD: Final = (sys.executable, "contracts/tools/build.py")
AT_ONCE: Final = 2
# The longest first.
CHECKS: Final[Mapping[str, tuple[str, ...]]] = {
    "artifacts": (*BUILD, "--check"),
    "types": (*PYTHON, "mypy"),
    "format": (*PYTHON, "ruff", "format", "--check", "."),
    "lint": (*PYTHON, "ruff", "check", "."),
    "layers": (str(Path(sys.executable).parent / "lint-imports"), "--no-cache"),
    "system": (sys.executable, "manage.py", "check", "--fail-level", "WARNING"),
    "migrations": (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"),
    "templates": (*PYTHON, "djlint", "templates", "--lint", "--check", "--quiet"),
    "pages": (*PYTHON, "citycoin.development.doors.pages"),
    "packaging": (*PYTHON, "citycoin.development.doors.packaging"),
    "contract-format": (*BUILD, "--format-check"),
    "proofs": (*PYTHON, "citycoin.development", "prove"),
}
# Run only where they are named: they need more than the checkout.
ASKED_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "advisories": (*PYTHON, "citycoin.development.doors.advisories"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """How a check ended, and what it said."""

    name: str
    good: bool
    seconds: float
    said: str


def run_checks(names: Sequence[str] = ()) -> bool:
    """Run the checks named, all where none is; print what the failing ones say and a table; return whether all passed."""
    chosen = {name: each for name, each in {**CHECKS, **ASKED_FOR}.items() if name in (names or CHECKS)}
    with tempfile.TemporaryDirectory(dir=_var()) as folder, ThreadPoolExecutor(AT_ONCE) as threads:
        results = list(threads.map(partial(_run, _environment(folder)), chosen, chosen.values()))
    for result in results:
        if not result.good:
            print(f"== {result.name} ==\n{result.said}", flush=True)
    for result in results:
        print(f"{result.name:<16} {'good' if result.good else 'FAILED':<7} {result.seconds:5.1f} s")
    return all(result.good for result in results)


def _run(environment: Mapping[str, str], name: str, command: Sequence[str]) -> Result:
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603 - the tools of our own lock
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(name, done.returncode == 0, time.monotonic() - began, done.stdout)


def _var() -> Path:
    folder = ROOT / "var"
    folder.mkdir(exist_ok=True)
    return folder


def _environment(var: str) -> dict[str, str]:
    """Settings that need no running system and no secret, as in a clean checkout; `node` on PATH for what compiles the contract."""
    path = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    if node := node_parts.node_folder():
        path.insert(0, str(node))
    return {
        **os.environ,
        "CITYCOIN_VAR": var,
        "DJANGO_SETTINGS_MODULE": "citycoin.settings",
        "PATH": os.pathsep.join(path),
        "PYTHONPATH": str(ROOT),
    }
