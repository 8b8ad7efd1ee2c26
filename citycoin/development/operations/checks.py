"""What `./city check` asks of the code: each rule once, by the tool that knows it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from citycoin.runtime.domain.addresses import ROOT
from citycoin.runtime.operations import node_parts

PYTHON: Final = (sys.executable, "-m")
BUILD: Final = (sys.executable, "contracts/tools/build.py")
CHECKS: Final[Mapping[str, tuple[str, ...]]] = {
    "format": (*PYTHON, "ruff", "format", "--check", "."),
    "lint": (*PYTHON, "ruff", "check", "."),
    "types": (*PYTHON, "mypy"),
    "layers": (str(Path(sys.executable).parent / "lint-imports"), "--no-cache"),
    "system": (sys.executable, "manage.py", "check", "--fail-level", "WARNING"),
    "migrations": (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"),
    "templates": (*PYTHON, "djlint", "templates", "--lint", "--check", "--quiet"),
    "pages": (*PYTHON, "citycoin.development.doors.pages"),
    "packaging": (*PYTHON, "citycoin.development.doors.packaging"),
    "contract-format": (*BUILD, "--format-check"),
    "artifacts": (*BUILD, "--check"),
    "proofs": (*PYTHON, "citycoin.development", "prove"),
}
# Run only where they are named: they need more than the checkout.
ASKED_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "advisories": (*PYTHON, "citycoin.development.doors.advisories"),
}


def run_checks(names: Sequence[str] = ()) -> bool:
    """Run the checks named, all where none is; print what the failing ones say and a table; return whether all passed."""
    results: dict[str, tuple[bool, float]] = {}
    with tempfile.TemporaryDirectory(dir=_var()) as folder:
        for name, command in {**CHECKS, **ASKED_FOR}.items():
            if name not in (names or CHECKS):
                continue
            began = time.monotonic()
            done = subprocess.run(  # noqa: S603 - the tools of our own lock
                command,
                cwd=ROOT,
                env=_environment(folder),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            results[name] = (done.returncode == 0, time.monotonic() - began)
            if done.returncode:
                print(f"== {name} ==\n{done.stdout}", flush=True)
    for name, (good, seconds) in results.items():
        print(f"{name:<16} {'good' if good else 'FAILED':<7} {seconds:5.1f} s")
    return all(good for good, _seconds in results.values())


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
