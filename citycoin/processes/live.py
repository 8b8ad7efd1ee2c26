"""The live stream as granian's worker loads it: the worker ends when granian is killed, and gives the port back."""

import os
import signal

from citycoin.processes.leash import die_with_parent

die_with_parent(signal.SIGKILL, parent=os.getppid())

from citycoin.live import application  # noqa: E402 - on the leash first, then the long import

__all__ = ["application"]
