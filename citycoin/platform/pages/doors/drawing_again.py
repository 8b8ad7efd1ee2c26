"""A form whose page was too old is answered by that page, drawn anew with what was typed (docs/decisions/0027)."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Final
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from citycoin.foundation.bilingual import chosen
from citycoin.foundation.http.errors import status_of, takes_problems
from citycoin.platform.pages.domain.drawn_again import drawn_again
from citycoin.platform.pages.doors.errors import TOO_OLD, PageTooOld

# A body, and what was said of it: a page is asked for without.
OF_A_BODY: Final = ("CONTENT_TYPE", "HTTP_CONTENT_TYPE", "CSRF_COOKIE", TOO_OLD)


class PageAgain:
    """Django's middleware shape; it stands around all that answers a page, since it asks for one.

    The form did nothing, and nothing of it is sent again: its page is read as by its own address, and what was typed stands in
    its fields, but for secrets, to be looked at and sent by the person. Only where the browser itself says that a page of
    ours sent the form; whatever another site sends is told what it was always told.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page again; what was answered to the form where there is none."""
        refused = self._answer(request)
        if TOO_OLD not in request.META or takes_problems(request) or not _is_sent_by_our_page(request):
            return refused
        at = _page_of(request)
        page = self._answer(_asking_for(at, request))
        if page.status_code != 200 or page.streaming or "html" not in page["Content-Type"]:  # noqa: PLR2004 - HTTP's own
            return refused
        html = drawn_again(
            page.content.decode(),
            at=at,
            sent_to=request.path,
            sent=dict(request.POST.lists()),
            title=chosen("오류: ", "Error: "),
            notice=lambda kept: render_to_string("pages/too_old.html", {"at": at, "kept": kept}),
        )
        if html is None:
            return refused
        page.content = html.encode()
        page.status_code = status_of(PageTooOld)
        page["Content-Length"] = len(page.content)
        return page


def _is_sent_by_our_page(request: HttpRequest) -> bool:
    """Whether the browser says so: scripts can't write this header, and a form of another site's page names that site."""
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return request.headers.get("Origin") in ours


def _page_of(request: HttpRequest) -> str:
    """The address, without its host, of the page that the form stood on; the form's own where that isn't said."""
    before = request.headers["Origin"] + "/"
    came_from = request.headers.get("Referer", "")
    if not came_from.startswith(before):
        return request.get_full_path()
    return "/" + came_from.removeprefix(before).partition("#")[0]


def _asking_for(at: str, request: HttpRequest) -> HttpRequest:
    """What the same browser would send to read that page."""
    path, _, query = at.partition("?")
    said = {name: value for name, value in request.META.items() if name not in OF_A_BODY}
    return WSGIRequest(
        said
        | {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "CONTENT_LENGTH": "0",
            "wsgi.input": BytesIO(),
        }
    )
