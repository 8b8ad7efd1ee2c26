"""What stands between every request and its view: nothing comes in that no field can hold, and a failure becomes a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

from citycoin.foundation.http.errors import FieldsWrong, RouteUnknown, answer
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.text import as_text, is_text
from citycoin.platform.pages.doors.errors import error_page

# The longest that a page of ours makes is some seven thousand: where to go on, with a purpose in Korean in it.
LONGEST_QUERY: Final = 16_384


class Rim:
    """Django's middleware shape. What no database holds, or is too long, comes to no view.

    404 in a path, 400 in a query; a cookie of that kind was never set by us, and counts for none. In a form it becomes
    U+FFFD, as broken UTF-8 does, so that the form's own page says what is wrong, beside what was typed. The API reads its
    bodies by a parser of its own.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the rest answer, without the cookies that nothing can hold."""
        for name in [name for name, value in request.COOKIES.items() if not is_text(name + value)]:
            del request.COOKIES[name]
        return self._answer(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        """The refusal; None for a request that can be read."""
        if error := _unreadable(request):
            return answer(error) if request.path_info.startswith("/api/") else error_page(request, error)
        if not getattr(view, "csrf_exempt", False) and not all(map(_is_text, request.POST.lists())):
            given = [(as_text(name), as_text(each)) for name, values in request.POST.lists() for each in values]
            request.POST = QueryDict(urlencode(given))
        return None


def _unreadable(request: HttpRequest) -> CityCoinError | None:
    if not is_text(request.path_info):
        return RouteUnknown()
    too_long = len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY
    wrong = [] if too_long else [ascii(each[0]) for each in request.GET.lists() if not _is_text(each)]
    return FieldsWrong(fields=wrong) if too_long or wrong else None


def _is_text(field: tuple[str, list[str]]) -> bool:
    name, values = field
    return is_text("".join([name, *values]))


class TokenOfOpenedPages:
    """Django's middleware shape. What a script reads brings no form token's cookie: only a page that is opened does.

    A browser without the cookie may read several things at once (a page, and in its background a copy to be kept). Each answer
    would bring a cookie of its own, the last one would win, and the token in the opened page would count as too old.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the rest answer. Browsers say what they read for; what says nothing is no browser's script."""
        response = self._answer(request)
        if request.method == "GET" and request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
            response.cookies.pop(settings.CSRF_COOKIE_NAME, None)
        return response


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
