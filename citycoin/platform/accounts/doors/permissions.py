"""Who asks for a page: the door of every page that isn't public."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from citycoin.foundation.http import errors
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import NotFound
from citycoin.platform.accounts import queries
from citycoin.platform.accounts.models import Official, Person
from citycoin.platform.accounts.operations import sessions
from citycoin.platform.cities.queries import city_named

More = ParamSpec("More")
Answer = TypeVar("Answer", bound=HttpResponseBase)
SEEN_AT = "official_seen_at"
SIGNED_IN_AT = "signed_in_at"
FRESH_SECONDS = 600
BROWSER_KNOWN_SECONDS = 365 * 24 * 3600


class SignedOut(NotFound):
    """Nobody is signed in: a page's session is over, or no token came along; ``details.sign_in`` is where one signs in."""

    code = "signed_out"
    ko = "로그인이 끝났어요. 다시 로그인해 주세요."
    en = "You are signed out. Please sign in again."


def signed_in(request: HttpRequest) -> Person | None:
    """The person whose browser asks."""
    return request.user if isinstance(request.user, Person) else None


def note_sign_in(request: HttpRequest) -> None:
    """Write down that who uses this session has just shown who they are."""
    request.session[SIGNED_IN_AT] = time.time()


def is_fresh(request: HttpRequest) -> bool:
    """Whether they did so in the last ten minutes: for what an unattended screen must not be enough."""
    said: float = request.session.get(SIGNED_IN_AT, 0)
    return time.time() - said <= FRESH_SECONDS


def for_people(
    view: Callable[Concatenate[HttpRequest, Person, More], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, More], HttpResponseBase]:
    """A page for whoever is signed in; others sign in first and come back."""

    @wraps(view)
    def asked(request: HttpRequest, /, *args: More.args, **kwargs: More.kwargs) -> HttpResponseBase:
        person = signed_in(request)
        if person is None:
            return to_sign_in(request, "sign-in")
        return view(request, person, *args, **kwargs)

    return asked


def for_officials(
    view: Callable[Concatenate[HttpRequest, Official, More], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A page (its URL names the city) for who works there; a session that rests too long has ended."""

    @wraps(view)
    def asked(request: HttpRequest, city: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = signed_in(request)
        if person is None or not person.username:
            return to_sign_in(request, "official-sign-in")
        official = queries.official_of(city_named(city).pk, person)
        if time.time() - request.session.get(SEEN_AT, 0) > settings.OFFICIAL_IDLE_SECONDS:
            logout(request)
            return to_sign_in(request, "official-sign-in")
        browser = note_official(request, person)
        return known_again(view(request, official, *args, **kwargs), browser)

    return asked


def note_official(request: HttpRequest, person: Person) -> str:
    """Write down that their session is in use; returns what its browser is known by."""
    request.session[SEEN_AT] = time.time()
    browser = request.COOKIES.get(settings.BROWSER_COOKIE_NAME) or secrets.token_urlsafe()
    sessions.note(
        person=person,
        session_key=str(request.session.session_key),
        browser=browser,
        agent=request.headers.get("User-Agent", ""),
        now=clock.now(),
    )
    return browser


def known_again(answer: Answer, browser: str) -> Answer:
    """The answer, with which the browser keeps what it is known by."""
    answer.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        browser,
        max_age=BROWSER_KNOWN_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return answer


def to_sign_in(request: HttpRequest, name: str) -> HttpResponse:
    """To the page of that name, and back here afterwards. A script is told, and leaves the way to the person."""
    if errors.takes_problems(request):
        return errors.answer(SignedOut(sign_in=reverse(name)))
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")
