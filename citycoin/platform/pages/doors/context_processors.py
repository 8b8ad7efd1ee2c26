"""What every template is given."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def page(request: HttpRequest) -> dict[str, Any]:
    """What is settled, and who is signed in."""
    return settled() | {"person": request.user if request.user.is_authenticated else None}


def settled() -> dict[str, Any]:
    """The reader's language, the demo's banner, where the live stream is, whom to call."""
    return {
        "language": get_language(),
        "demo": settings.DEMO,
        "live_url": settings.LIVE_URL,
        "help_phone": settings.HELP_PHONE,
    }
