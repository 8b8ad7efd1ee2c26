"""An expected failure in a page, said to whoever asked: what happened, whether money moved, what to do, and its code."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.pages.doors.errors import error_page


class ErrorPages:
    """Django's middleware shape. The API's errors never come here: its framework answers them."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the rest answer. A page with somebody's money in it is kept in no cache, and not for "back" either.

        By the cookie alone, not by its person: the page of health must answer when the database doesn't.
        """
        response = self._answer(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response

    def process_exception(self, request: HttpRequest, failure: Exception) -> HttpResponse | None:
        """What the domain says, as a page or as a problem; None for a fault of ours, which stays one."""
        return error_page(request, failure) if isinstance(failure, CityCoinError) else None
