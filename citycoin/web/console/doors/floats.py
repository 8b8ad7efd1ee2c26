"""The float: what the bank has, what it is owed for, and the rows of each line."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts.floats import float_context, rows_context
from citycoin.web.console.doors.frame import in_console, page


@require_safe
@in_console
def float_page(request: HttpRequest, official: Official) -> HttpResponse:
    """Both sums, and the days that the bank has stated."""
    return page(request, official, "float", float_context(official, clock.now()))


@require_safe
@in_console
def rows(request: HttpRequest, official: Official, line: str) -> HttpResponse:
    """The rows of one line. Raises NotHere for a line that has none."""
    return page(request, official, "float_rows", rows_context(official, line, request.GET.dict()))
