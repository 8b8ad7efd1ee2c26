"""What every template is given."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from citycoin.foundation.bilingual import language
from citycoin.platform.pages.doors.display import is_easy, theme_of
from citycoin.platform.pages.doors.money import is_about_money


def page(request: HttpRequest) -> dict[str, Any]:
    """What is settled, who is signed in, how they want pages to look, and whether this one is about money."""
    return settled() | {
        "person": request.user if request.user.is_authenticated else None,
        "signed_out": not request.user.is_authenticated,
        "theme": theme_of(request),
        "easy": is_easy(request),
        "about_money": is_about_money(request),
    }


def settled() -> dict[str, Any]:
    """The reader's language and those there are, the demo's banner, where the live stream is, whom to call."""
    return {
        "language": language(),
        "languages": settings.LANGUAGES,
        "demo": settings.DEMO,
        "live_url": settings.LIVE_URL,
        "help_phone": settings.HELP_PHONE,
    }
