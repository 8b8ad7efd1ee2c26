"""The console's first page: what needs this official, each count a link to its list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from citycoin.foundation.http.errors import RouteUnknown
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST
from citycoin.platform.accounts.models import Official
from citycoin.platform.exports.doors.files import exported
from citycoin.web.console.contexts import home as contexts
from citycoin.web.console.contexts.waiting import Waiting
from citycoin.web.console.doors.frame import in_console, page


@require_safe
@in_console
def home(request: HttpRequest, official: Official) -> HttpResponse:
    """What needs me, what was frozen of late, and how the year stands."""
    now = clock.now()
    waiting = Waiting.for_official(official, now)
    this_session = str(request.session.session_key)
    context = contexts.home_page(official, waiting, request.GET, this_session=this_session, now=now)
    return page(request, official, "home", context, waiting=waiting)


@require_safe
@in_console
def picture_file(request: HttpRequest, official: Official, picture: str) -> HttpResponseBase:
    """The rows of one of the page's pictures, as a file."""
    now = clock.now()
    table = contexts.picture_file(official, picture, request.GET, now)
    return exported(request, table, f"{official.city.slug}-{picture}-{now.astimezone(KST):%Y-%m-%d}")


@in_console
def nothing(request: HttpRequest, official: Official) -> HttpResponse:
    """An address below the console's that is none: said within its frame. Raises RouteUnknown."""
    raise RouteUnknown
