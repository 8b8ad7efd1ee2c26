"""Who may be here: an operator, signed in with all their factors, in a browser on this very machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any, Final, TypeVar, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts import queries
from citycoin.platform.accounts.models import Operator
from citycoin.platform.accounts.operations.sign_in import sign_in_operator

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
OPERATOR: Final = "operator"
SEEN_AT: Final = "operator_seen_at"
PROXIED: Final = ("HTTP_FORWARDED", "HTTP_X_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")  # as their names begin


def at_hand(view: View) -> View:
    """The view, for who asks from this machine itself; for all others there is nothing here (404).

    What is seen here knows no tenancy, so the network is kept out before any password is asked for: an operator comes
    by a shell on the machine, or a tunnel from one. A proxy on the machine asks from loopback for everybody, so what
    came through one is refused by the headers that it adds.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _is_at_hand(request):
            raise Http404
        return view(request, *args, **kwargs)

    return cast("View", asked)


def _is_at_hand(request: HttpRequest) -> bool:
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return address.is_loopback and not any(name.startswith(PROXIED) for name in request.META)


def operator_of(request: HttpRequest) -> Operator | None:
    """The operator whose session this is; None after it rested too long, and for a session of anybody else.

    A person who signs in elsewhere in the same browser takes the session over, and it is no operator's any more.
    """
    session = request.session
    rested = time.time() - session.get(SEEN_AT, 0) > settings.OFFICIAL_IDLE_SECONDS
    if OPERATOR not in session or SESSION_KEY in session or rested:
        return None
    session[SEEN_AT] = time.time()
    return queries.operator_numbered(session[OPERATOR])


@at_hand
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name, password and second factor of an operator. What anybody else had open in this browser ends."""
    if request.method == "GET":
        return render(request, "operator/sign_in.html")
    name = request.POST.get("username", "")
    try:
        operator = sign_in_operator(
            username=name,
            password=request.POST.get("password", ""),
            code=request.POST.get("code", ""),
            now=clock.now(),
        )
    except CityCoinError as no:
        return render(request, "operator/sign_in.html", {"error": no, "username": name}, status=422)
    # Not Django's own login: the operator is no person on any other page of the site.
    request.session.flush()
    request.session.update({OPERATOR: operator.pk, SEEN_AT: time.time()})
    rotate_token(request)
    return redirect("admin:index")


@at_hand
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends, on this device."""
    request.session.flush()
    return redirect("admin:login")
