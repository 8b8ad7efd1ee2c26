"""The site as WSGI. Refuses to start where the key-encryption key is missing or open to others."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citycoin.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - these need the settings

from citycoin import celery, vault  # noqa: E402
from citycoin.keep_out import keep_out_of  # noqa: E402

keep_out_of(settings.VAR / "founding")
vault.open_vault()
celery.app.set_default()
