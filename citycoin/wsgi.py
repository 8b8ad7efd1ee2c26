"""The site as WSGI. Refuses to start without its secrets or static files, or where the key-encryption key is open to others."""

import os
import signal

from citycoin.foundation.parent_death import die_with_parent

# A server's worker ends when its server is killed, and gives the port back. Before the long imports.
die_with_parent(signal.SIGKILL, parent=os.getppid())

from django.core.wsgi import get_wsgi_application  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citycoin.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - these need the settings

from citycoin import celery  # noqa: E402
from citycoin.foundation import vault  # noqa: E402
from citycoin.foundation.path_guard import keep_from  # noqa: E402
from citycoin.foundation.secret_key import require_secret_key  # noqa: E402
from citycoin.platform.pages.doors.static_files import require_static_files  # noqa: E402

keep_from(settings.VAR / "founding")
require_secret_key()
require_static_files()
vault.open_vault()
celery.app.set_default()
