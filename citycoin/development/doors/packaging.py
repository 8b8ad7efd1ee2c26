"""`./city check packaging`: a wheel holds what git holds, works from there, and declares what it imports.

Everything is done on a copy of the files that git knows, in a temporary folder: that is a clean checkout, without secrets.
"""

import ast
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from citycoin.runtime.domain.addresses import ROOT

PACKAGES: Final = ("citycoin", "wallets", "merchants", "contracts", "seeds")
# Tracked beside the modules, and no part of a wheel: what builds, checks and tests them.
LEFT_OUT: Final = (
    *("contracts/solidity/*", "contracts/*.toml", "contracts/*.lock", "contracts/*.json", "contracts/.npmrc"),
    *("citycoin/web/*.json", "citycoin/web/*.js", "citycoin/web/*.d.ts", "citycoin/web/.npmrc"),
)
# From the wheel alone: the settings, the URLs, a template, a city, the contract, a font, the static files.
WORKS: Final = """
import django; django.setup()
from django.conf import settings; from django.template.loader import get_template; from django.urls import get_resolver
from contracts.domain import artifact; from citycoin.web.shop.domain import poster
from django.core.management import call_command; from citycoin.platform.pages.doors import static_files
get_resolver().url_patterns, get_template("pages/error.html")
call_command("collectstatic", interactive=False, verbosity=0); static_files.require_static_files()
assert sorted(settings.CITIES_FOLDER.glob("*.toml")) and poster.REGULAR.exists(), "a city or a font is missing"
assert "site-packages" in django.__file__ and "unpacked" in artifact.__file__
"""


def main() -> int:
    """Print each fault found; return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        faults = [*undeclared(), *_checkout_and_wheel(Path(folder))]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def undeclared() -> Iterator[str]:
    """The distributions that our modules import and pyproject.toml does not name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    runs = _names(project["dependencies"])
    tests = runs | _names(project["optional-dependencies"]["dev"])
    brought_by = packages_distributions()
    for file in tracked():
        if file.suffix != ".py" or file.parts[0] not in {*PACKAGES, "tests"}:
            continue
        declared = tests if file.parts[0] == "tests" else runs
        for name in sorted(_imported(file) - sys.stdlib_module_names - {*PACKAGES, "tests"}):
            brings = {canonicalize_name(each) for each in brought_by.get(name, [name])}
            if not brings & declared:
                yield f"{file} imports {name}, which is declared nowhere: {' or '.join(sorted(brings))}"


def _names(requirements: Iterable[str]) -> set[str]:
    return {canonicalize_name(Requirement(each).name) for each in requirements}


def _imported(file: PurePosixPath) -> set[str]:
    """The top names of what a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / file).read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def tracked() -> list[PurePosixPath]:
    """The files that git knows and that are there."""
    said = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    return [PurePosixPath(name) for name in said.split("\0") if name and (ROOT / name).is_file()]


def _checkout_and_wheel(folder: Path) -> Iterator[str]:
    checkout, unpacked = folder / "checkout", folder / "unpacked"
    for file in tracked():
        (checkout / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, checkout / file)
    for command in (("check",), ("makemigrations", "--check", "--dry-run")):
        yield from _run("manage.py", *command, at=checkout)
    pip = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    if faults := list(_run(*pip, "--wheel-dir", str(folder), ".", at=checkout)):
        yield from faults
        return
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(unpacked)
    yield from differences(unpacked)
    yield from _run("-c", WORKS, at=unpacked)


def differences(unpacked: Path) -> Iterator[str]:
    """Where the wheel holds another thing than git."""
    held = {PurePosixPath(file.relative_to(unpacked)) for file in unpacked.rglob("*") if file.is_file()}
    held = {file for file in held if not file.parts[0].endswith(".dist-info")}
    wanted = {_place(file): file for file in tracked() if _belongs(file)}
    yield from (f"the wheel lacks {wanted[place]}" for place in sorted(wanted.keys() - held))
    yield from (f"the wheel holds {place}, which git does not know" for place in sorted(held - wanted.keys()))
    for place in sorted(held & wanted.keys()):
        if (unpacked / place).read_bytes() != (ROOT / wanted[place]).read_bytes():
            yield f"the wheel holds another {place}"


def _belongs(file: PurePosixPath) -> bool:
    if file.parts[0] not in {*PACKAGES, "templates"}:
        return False
    return not any(_matches(file, pattern) for pattern in LEFT_OUT)


def _matches(file: PurePosixPath, pattern: str) -> bool:
    folder, _, name = pattern.rpartition("/")
    if name == "*":
        return file.is_relative_to(folder)
    return str(file.parent) == folder and file.match(name)


def _place(file: PurePosixPath) -> PurePosixPath:
    return PurePosixPath("citycoin") / file if file.parts[0] == "templates" else file


def _run(*words: str, at: Path) -> Iterator[str]:
    """What Python says with these words, in a bare environment, where it fails."""
    environ = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(at),
        "PYTHONPATH": str(at),
        "DJANGO_SETTINGS_MODULE": "citycoin.settings",
    }
    command: Sequence[str] = [sys.executable, *words]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        command, cwd=at, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        yield f"{' '.join(words)[:60]} ended with {done.returncode}:\n{done.stdout}"


if __name__ == "__main__":
    sys.exit(main())
