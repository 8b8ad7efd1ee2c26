"""The site as granian's workers load it: its workers end when granian is killed, and give the port back."""

import os
import signal

from citycoin.processes.leash import die_with_parent

die_with_parent(signal.SIGKILL, parent=os.getppid())

from citycoin.wsgi import application  # noqa: E402 - on the leash first, then the long import

__all__ = ["application"]
