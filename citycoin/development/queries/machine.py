"""The machine and the commit at hand, as reports name them: nothing that tells one machine of a kind from another."""

import os
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

from citycoin.runtime.domain.addresses import ROOT


def machine() -> dict[str, Any]:
    """{"system", "processor", "cores", "memory_gb", "python"}."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3),
        "python": platform.python_version(),
    }


def load() -> float:
    """How many processes wanted to run, on the average of the last minute."""
    return round(os.getloadavg()[0], 1)


def commit() -> str:
    """The hash of the commit at hand; '' where there is no git."""
    return _git("rev-parse", "HEAD")


def uncommitted(*paths: str) -> bool:
    """Whether some file below ``paths``, which are git's pathspecs, differs from the commit."""
    return bool(_git("status", "--porcelain", "--", *paths))


def _git(*words: str) -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    done = subprocess.run([git, *words], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() if done.returncode == 0 else ""


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())
