"""Django's secret, which sessions and forms are signed with: what serves does not start without it."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def require_secret_key() -> None:
    """Raise ImproperlyConfigured where there is none, which Django itself says only when it is first used."""
    try:
        _ = settings.SECRET_KEY
    except ImproperlyConfigured as missing:
        raise ImproperlyConfigured(
            f"DJANGO_SECRET_KEY is not set, and {settings.SECRET_KEY_FILE} is missing; ./city up makes it"
        ) from missing
