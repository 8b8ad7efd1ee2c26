"""How pages look to one person: a theme, and easy mode. Two cookies of this browser; no script, nobody signed in."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from citycoin.platform.pages.domain.tokens import THEMES

YEAR_SECONDS: Final = 365 * 24 * 60 * 60
EASY: Final = "easy"


def theme_of(request: HttpRequest) -> str:
    """What the person chose; empty where the system decides."""
    chosen = request.COOKIES.get(settings.THEME_COOKIE_NAME, "")
    return chosen if chosen in THEMES else ""


def is_easy(request: HttpRequest) -> bool:
    """Whether the person reads in easy mode."""
    return request.COOKIES.get(settings.MODE_COOKIE_NAME) == EASY


@require_POST
def display(request: HttpRequest) -> HttpResponseRedirect:
    """A form's ``theme`` (a theme's name, or empty for the system's) or ``mode`` (``easy``, or empty); then back to ``next``.

    What isn't one of these counts as empty: the page then looks as the system says.
    """
    wanted = request.POST.get("next", "")
    answer = HttpResponseRedirect(wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/")
    for name, cookie in (("theme", settings.THEME_COOKIE_NAME), ("mode", settings.MODE_COOKIE_NAME)):
        if name not in request.POST:
            continue
        if request.POST[name] in {*THEMES, EASY}:
            answer.set_cookie(
                cookie, request.POST[name], max_age=YEAR_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax"
            )
        else:
            answer.delete_cookie(cookie, samesite="Lax")
    return answer
