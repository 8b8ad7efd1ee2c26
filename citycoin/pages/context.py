"""What every template is given."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def page(request: HttpRequest) -> dict[str, Any]:
    """The reader's language, the demo's banner, who is signed in, and where the live stream is."""
    return {
        "language": get_language(),
        "demo": settings.DEMO,
        "person": request.user if request.user.is_authenticated else None,
        "live_url": settings.LIVE_URL,
        "help_phone": settings.HELP_PHONE,
    }
