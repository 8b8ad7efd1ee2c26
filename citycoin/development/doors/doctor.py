"""What `./city doctor` prints: what this machine has and lacks, for which lane, and the command that mends it."""

import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from citycoin.development.operations import lanes, postgres
from citycoin.development.queries import browser_parts
from citycoin.runtime.domain.addresses import FIRST_PORTS, ROOT, is_free
from citycoin.runtime.operations import node_parts

SMALLEST_SPACE_BYTES: Final = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked for. ``mend``: the command that brings it, or '' where it is there."""

    what: str
    found: str
    mend: str = ""


def print_findings() -> bool:
    """Print every finding, then each lane; return whether all lanes can run."""
    for finding in _findings():
        print(f"{'ok     ' if not finding.mend else 'missing'}  {finding.what:<14} {finding.found}")
        if finding.mend:
            print(f"{'':<24} mend: {finding.mend}")
    print()
    good = True
    for name, lane in lanes.LANES.items():
        missing = lane.missing()
        good = good and not missing
        print(f"lane {name:<10} {'can run' if not missing else f'is skipped: {missing}'}")
    return good


def _findings() -> Iterator[Finding]:
    yield Finding("python", f"{platform.python_version()} in {sys.prefix}")
    yield Finding("sqlite", sqlite3.sqlite_version)
    yield _node()
    npm_parts = "contracts/node_modules as the lock says" if node_parts.installed() else "not as the lock says"
    yield Finding("anvil, forge", npm_parts, "" if node_parts.installed() else "./city up")
    yield _postgres()
    redis = shutil.which("redis-server")
    yield Finding("redis-server", redis or "none (lane servers only)", "" if redis else "apt-get install redis-server")
    for part, where in browser_parts.found().items():
        package = browser_parts.PACKAGES[part]
        yield Finding(
            part, where or "none (lanes browser and servers only)", "" if where else f"apt-get install {package}"
        )
    yield _space()
    yield _ports()


def _node() -> Finding:
    folder = node_parts.node_folder()
    if folder is None:
        return Finding("node", "none of version 20 or newer", "./city up (takes one from a Python wheel)")
    return Finding("node", str(folder / "node"))


def _postgres() -> Finding:
    try:
        return Finding("postgresql", str(postgres.binaries()))
    except postgres.PostgresMissing:
        return Finding("postgresql", "no server (lanes postgres and servers only)", "apt-get install postgresql")


def _space() -> Finding:
    free = shutil.disk_usage(ROOT).free
    enough = free >= SMALLEST_SPACE_BYTES
    return Finding("disk", f"{free / 1024**3:.1f} GB free", "" if enough else f"free some space below {Path(ROOT)}")


def _ports() -> Finding:
    taken = [str(port) for port in FIRST_PORTS.values() if not is_free(port)]
    return Finding("ports", f"taken, so the next free ones serve: {', '.join(taken)}" if taken else "free")
