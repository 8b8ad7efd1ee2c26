"""`./city check advisories`: known weaknesses of what the locks hold, by pip-audit in an environment of its own.

Where the advisories can't be asked for it says "not run, because …" and ends with 3: it is never green unasked.
"""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Final

from citycoin.runtime.domain.addresses import ROOT

LOCK: Final = ROOT / "requirements-audit.lock"
VENV: Final = ROOT / "var" / "audit"
ASKED_OF: Final = ("requirements.lock", "requirements-dev.lock")
FOUND: Final = "known vulnerabilit"
NOT_RUN: Final = 3


def main() -> int:
    """Print what pip-audit finds; return the exit code."""
    if why := _install():
        return _not_run(why)
    asked = [word for lock in ASKED_OF for word in ("--requirement", str(ROOT / lock))]
    # Without --strict it passes over what it can't look up, and is green.
    how = ("--strict", "--disable-pip", "--require-hashes", "--progress-spinner", "off")
    done = _run(str(VENV / "bin" / "pip-audit"), *how, *asked)
    said = (done.stdout + done.stderr).strip()
    if done.returncode and FOUND not in said:
        return _not_run(said.rpartition("\n")[2])
    print(said)
    return 1 if done.returncode else 0


def _not_run(why: str) -> int:
    print(f"not run, because {why}")
    return NOT_RUN


def _install() -> str:
    """Put what the lock says into the environment, once; return why that was not possible, or ''."""
    note, wanted = VENV / ".lock", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if note.exists() and note.read_text() == wanted:
        return ""
    pip = (
        str(VENV / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--only-binary",
        ":all:",
    )
    for command in ((sys.executable, "-m", "venv", "--clear", str(VENV)), (*pip, "-r", str(LOCK))):
        done = _run(*command)
        if done.returncode:
            return f"pip-audit can't be installed: {done.stderr.strip().rpartition(chr(10))[2]}"
    note.write_text(wanted)
    return ""


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=Path(ROOT), capture_output=True, text=True, check=False)  # noqa: S603 - of our own lock


if __name__ == "__main__":
    sys.exit(main())
