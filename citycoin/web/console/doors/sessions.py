"""Where I am signed in, and ending it there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.text import whole_number
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.operations import sessions as accounts
from citycoin.web.console.contexts.sessions import sessions_page
from citycoin.web.console.doors.frame import in_console, page


@require_http_methods(["GET", "POST"])
@in_console
def sessions(request: HttpRequest, official: Official) -> HttpResponse:
    """Each browser with when it signed in and was last used; ``end`` names the one that ends, or ``others``."""
    this = str(request.session.session_key)
    if request.method == "GET":
        return page(request, official, "sessions", sessions_page(official, this_session=this, now=clock.now()))
    wanted = request.POST.get("end", "")
    if wanted == "others":
        accounts.end_others(person=official.person, but=this)
    else:
        accounts.end(person=official.person, number=whole_number(wanted) or 0)
    return redirect("console-sessions", official.city.slug)
