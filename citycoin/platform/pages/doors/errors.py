"""What is answered where no view does: for people as a page, for the API's callers and for scripts as a problem."""

from __future__ import annotations

import logging
import secrets
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from citycoin.foundation.http.errors import RouteUnknown, answer, status_of, takes_problems
from citycoin.foundation.kernel.errors import CityCoinError, Conflict
from citycoin.platform.pages.doors import context_processors

# Said in a request's META of a form whose page was too old, for the middleware that draws the page again.
TOO_OLD: Final = "citycoin.page_too_old"
# What is read out of any fault of ours; expected failures begin at 1001. What follows it is this one's alone, and in the log.
OUR_FAULT: Final = "G-1000"
log = logging.getLogger(__name__)


class PageTooOld(Conflict):
    """The form was made before its reader signed in or out, or by another site; it did nothing."""

    code = "page_too_old"
    ko = "페이지가 오래되었어요. 뒤로 가서 새로 고친 뒤 다시 해 주세요."
    en = "The page is too old. Please go back, reload it and try again."


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler for paths that don't exist."""
    return error_page(request, RouteUnknown())


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's handler for a form without its token."""
    request.META[TOO_OLD] = True
    return error_page(request, PageTooOld())


def failed(request: HttpRequest) -> HttpResponse:
    """Django's handler for a fault of ours. Whether money moved isn't known here, so the page doesn't say.

    It asks the request for nothing: the fault may be that there is no database. Its number stands in the log, just before
    the traceback.
    """
    number = f"{OUR_FAULT}-{secrets.token_hex(3)}"
    log.error("the reader of %s was told of a fault of ours: %s", request.path, number)
    said = context_processors.settled() | {"number": number}
    return HttpResponse(render_to_string("pages/failed.html", said), status=500)


def error_page(request: HttpRequest, error: CityCoinError) -> HttpResponse:
    """An expected failure as a page; as a problem where no person reads the answer."""
    if takes_problems(request):
        return answer(error)
    return render(request, "pages/error.html", {"error": error}, status=status_of(type(error)))
