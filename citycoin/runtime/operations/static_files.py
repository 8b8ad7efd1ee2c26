"""The static files of an installation: collected once for each change of what they are made of, and never into the tree."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

from citycoin.runtime.domain import programs
from citycoin.runtime.domain.addresses import ROOT

# What else decides what is collected, beside the files themselves.
PACKAGES: Final = ("brotli", "django", "whitenoise")
# Leads to what web serves when it next starts; the settings follow it once.
CURRENT: Final = "current"
PAGES: Final = ROOT / "citycoin" / "platform" / "pages"
CODE: Final = (PAGES / "apps.py", PAGES / "doors" / "static_files.py")


class CollectFailed(Exception):
    """collectstatic refused, with the end of what it said: a file that another one names is not there, for example."""


def collected(base: Path, *, environ: Mapping[str, str]) -> Path:
    """The folder below ``base`` that holds the files as they are now, collected unless it is there. Raises CollectFailed.

    Its name is a digest of the sources, so a system that still serves older files keeps them. Where several collect at
    once, one works and the others wait for it; what was cut off is begun anew.
    """
    folder = base / _digest(environ)
    base.mkdir(parents=True, exist_ok=True)
    with (base / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = base / "unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            _collectstatic({**programs.environment(environ, {}), "CITYCOIN_STATIC": str(unfinished)})
            unfinished.rename(folder)
    return folder


def serve_from_now(var: Path, *, environ: Mapping[str, str]) -> None:
    """Let web serve the files as they are now when it next starts; what it serves till then stays. Raises CollectFailed."""
    base = var / "static"
    current = base / CURRENT
    former, folder = current.resolve(), collected(base, environ=environ)
    following = base / "following"
    following.unlink(missing_ok=True)
    following.symlink_to(folder.name)
    following.rename(current)
    for each in base.iterdir():
        if each.is_dir() and each.resolve() not in {former, folder.resolve()}:
            shutil.rmtree(each)


def _digest(environ: Mapping[str, str]) -> str:
    digest = hashlib.sha256(repr([version(name) for name in PACKAGES]).encode())
    if environ.get("CITYCOIN_ADMIN", "0").lower() not in programs.NO:
        digest.update(b"with those of Django's admin")
    for file in (*CODE, *_sources()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _sources() -> list[Path]:
    return sorted(each for each in ROOT.glob("citycoin/*/*/static/**/*") if each.is_file())


def _collectstatic(environ: Mapping[str, str]) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--no-input", "--verbosity", "0"]
    done = subprocess.run(  # noqa: S603 - our own manage.py
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise CollectFailed(done.stdout[-2_000:])
