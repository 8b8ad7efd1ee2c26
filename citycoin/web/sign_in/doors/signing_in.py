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
from citycoin.platform.accounts.doors.permissions import known_again, note_official, note_sign_in
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.operations.sign_in import CODE_VALID, send_code, sign_in_by_code, sign_in_official
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.platform.passkeys.doors.sites import site_of
from citycoin.platform.passkeys.queries import is_offered
from citycoin.web.sign_in.contexts import sign_in_page
from merchants.queries.access import jobs_of

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
    """The code from the text message; ``again`` sends another."""
    phone = request.session.get(PHONE)
    if not phone:
        return redirect_with_next(request, "sign-in")
    if request.method == "GET":
        return _code_page(request, phone)
    try:
        if "again" in request.POST:
            send_code(phone=phone, now=clock.now())
            return redirect_with_next(request, "sign-in-code")
        person = sign_in_by_code(phone=phone, code=request.POST.get("code", ""), now=clock.now())
    except CityCoinError as no:
        return _code_page(request, phone, error=no)
    onwards = welcome(request, person)
    if request.POST.get("passkeys") and _is_offered_a_passkey(request, person, onwards):
        return HttpResponseRedirect(reverse("passkey-offer", query={"next": onwards}))
    return HttpResponseRedirect(onwards)


def welcome(request: HttpRequest, person: Person) -> str:
    """Their session begins, whichever way they said who they are; returns the path where they go on."""
    onwards = next_path(request)
    login(request, person, backend=BACKEND)
    note_sign_in(request)
    return onwards or _place_of_work(person)


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
    note_sign_in(request)
    browser = note_official(request, person)
    return known_again(HttpResponseRedirect(next_path(request) or _first_office(person)), browser)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends, on this device."""
    logout(request)
    return redirect("cities")


def _is_offered_a_passkey(request: HttpRequest, person: Person, onwards: str) -> bool:
    """Not on the way to a payment, whose shop waits, nor to who works in a shop, where several people use one device."""
    site = site_of(request)
    if site is None or not is_offered(person, site):
        return False
    return sign_in_page(onwards, clock.now()).wanted is None and not jobs_of(person)


def _place_of_work(person: Person) -> str:
    """The counter of who works in one shop; the list that begins with theirs where one city has all of them."""
    jobs = jobs_of(person)
    cities = {job.city.slug for job in jobs}
    if len(jobs) == 1:
        return reverse("shop-counter", args=[jobs[0].city.slug, jobs[0].pk])
    return reverse("shops", args=[*cities]) if len(cities) == 1 else "/"


def _first_office(person: Person) -> str:
    offices = queries.offices_of(person)
    return f"/{offices[0].city.slug}/console/" if offices else "/"


def _page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    page = fields_of(sign_in_page(next_path(request), clock.now()))
    shown_always = {"next": next_path(request), "passkeys": site_of(request) is not None}
    return render(request, template, {**shown_always, **page, **context}, status=status)


def _code_page(request: HttpRequest, phone: str, *, error: CityCoinError | None = None) -> HttpResponse:
    context = {
        "phone": shown(phone),
        "minutes": CODE_VALID // timedelta(minutes=1),
        "again_in": queries.seconds_to_next_code(phone, clock.now()),
        "error": error,
    }
    return _page(request, "sign_in/sign_in_code.html", status=422 if error else 200, **context)


def redirect_with_next(request: HttpRequest, name: str) -> HttpResponseRedirect:
    """To the page of that name, which goes on to where the person wanted to be."""
    return HttpResponseRedirect(reverse(name, query={"next": next_path(request)} if next_path(request) else None))


def next_path(request: HttpRequest) -> str:
    """Where to go afterwards: a path of ours, never elsewhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
