"""The live stream as ASGI. Refuses to start without Django's secret."""

import os
import signal

from citycoin.foundation.parent_death import die_with_parent

# A server's worker ends when its server is killed, and gives the port back. Before the long imports.
die_with_parent(signal.SIGKILL, parent=os.getppid())

import django  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citycoin.settings")
django.setup()

from django.conf import settings  # noqa: E402 - these need the settings

from citycoin.foundation.path_guard import keep_from  # noqa: E402
from citycoin.foundation.secret_key import require_secret_key  # noqa: E402
from citycoin.web.live.doors import application  # noqa: E402

keep_from(settings.VAR / "founding")
require_secret_key()

__all__ = ["application"]
