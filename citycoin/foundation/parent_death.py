"""Runs a command that ends when its parent does: `python parent_death.py COMMAND…`.

Run as a file, with the standard library alone, so that it costs a few milliseconds.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int, *, parent: int) -> None:
    """Have the kernel send ``signal_number`` to this process when ``parent`` dies; Linux only, elsewhere nothing."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent:  # it died before the kernel was told
        os.kill(os.getpid(), signal_number)


if __name__ == "__main__":
    die_with_parent(signal.SIGTERM, parent=os.getppid())
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the command is written by `programs`, and no shell is wanted
