"""Pages of signing in and out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts import queries
from citycoin.platform.accounts.domain.phones import digits_of, shown
from citycoin.platform.accounts.doors.permissions import known_again, note_official
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.operations.sign_in import CODE_VALID, send_code, sign_in_by_code, sign_in_official

PHONE = "sign_in_phone"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The phone's number; a code is on its way then."""
    if request.method == "GET":
        return _page(request, "sign_in/sign_in.html")
    typed = request.POST.get("phone", "")
    try:
        phone = digits_of(typed)
        send_code(phone=phone, now=clock.now())
    except CityCoinError as no:
        return _page(request, "sign_in/sign_in.html", error=no, phone=typed, status=422)
    request.session[PHONE] = phone
    return redirect_with_next(request, "sign-in-code")


@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The code from the text message."""
    phone = request.session.get(PHONE)
    if not phone:
        return redirect_with_next(request, "sign-in")
    context: dict[str, Any] = {"phone": shown(phone), "minutes": CODE_VALID // timedelta(minutes=1)}
    if request.method == "GET":
        return _page(request, "sign_in/sign_in_code.html", **context)
    try:
        person = sign_in_by_code(phone=phone, code=request.POST.get("code", ""), now=clock.now())
    except CityCoinError as no:
        return _page(request, "sign_in/sign_in_code.html", error=no, status=422, **context)
    login(request, person, backend=BACKEND)
    return HttpResponseRedirect(_next(request) or "/")


@require_http_methods(["GET", "POST"])
def official_sign_in(request: HttpRequest) -> HttpResponse:
    """Name, password and second factor of somebody who works for a city."""
    if request.method == "GET":
        return _page(request, "sign_in/official_sign_in.html")
    try:
        person = sign_in_official(
            username=request.POST.get("username", ""),
            password=request.POST.get("password", ""),
            code=request.POST.get("code", ""),
            now=clock.now(),
        )
    except CityCoinError as no:
        name = request.POST.get("username", "")
        return _page(request, "sign_in/official_sign_in.html", error=no, username=name, status=422)
    login(request, person, backend=BACKEND)
    browser = note_official(request, person)
    return known_again(HttpResponseRedirect(_next(request) or _first_office(person)), browser)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends, on this device."""
    logout(request)
    return redirect("cities")


def _first_office(person: Person) -> str:
    offices = queries.offices_of(person)
    return f"/{offices[0].city.slug}/console/" if offices else "/"


def _page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, template, {"next": _next(request), **context}, status=status)


def redirect_with_next(request: HttpRequest, name: str) -> HttpResponseRedirect:
    """To the page of that name, which goes on to where the person wanted to be."""
    return HttpResponseRedirect(reverse(name, query={"next": _next(request)} if _next(request) else None))


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: a path of ours, never elsewhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
