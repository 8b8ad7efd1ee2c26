"""The console's first page: what needs this official, each count a link to its list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.doors.permissions import for_officials
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts.home import home_page
from citycoin.web.console.doors.frame import page


@require_safe
@for_officials
def home(request: HttpRequest, official: Official) -> HttpResponse:
    """What needs me, what was frozen of late, and how the year stands."""
    context = home_page(official, this_session=str(request.session.session_key), now=clock.now())
    return page(request, official, "home", context)
