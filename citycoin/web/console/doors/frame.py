"""What the officials' pages share: the frame, and a form that says why it was refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from citycoin.foundation.http.errors import answer, status_of, takes_problems
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.text import sentence
from citycoin.platform.accounts.doors.permissions import for_officials
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.operations.sign_in import check_code_again
from citycoin.platform.pages.doors.contexts import Context, fields_of
from citycoin.web.console.contexts.navigation import places
from citycoin.web.console.contexts.waiting import Waiting
from contracts.queries import domain_of, token_of

More = ParamSpec("More")


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """A page that says nothing but what was refused."""


def in_console(
    view: Callable[Concatenate[HttpRequest, Official, More], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A page for the officials of the city in its URL; what it refuses is said within the console's frame."""

    @wraps(view)
    def asked(request: HttpRequest, official: Official, /, *args: More.args, **kwargs: More.kwargs) -> HttpResponseBase:
        try:
            return view(request, official, *args, **kwargs)
        except CityCoinError as no:
            return answer(no) if takes_problems(request) else page(request, official, "error", ErrorPage(), no)

    return for_officials(asked)


def page(
    request: HttpRequest,
    official: Official,
    template: str,
    context: Context,
    error: CityCoinError | None = None,
    *,
    waiting: Waiting | None = None,
    **more: object,
) -> HttpResponse:
    """A page of the console; with ``error`` it says first what was refused, and has its status.

    ``waiting``: what waits for the official, where the door has read it; ``more``: of the door's own.
    """
    waiting = waiting or Waiting.for_official(official, clock.now())
    frame = {
        "official": official,
        "places": places(official, _route(request), waiting),
        "city": official.city,
        "idle_seconds": settings.OFFICIAL_IDLE_SECONDS,
        "error": error,
    }
    status = status_of(type(error)) if error else 200
    return render(request, f"console/{template}.html", {**frame, **fields_of(context), **more}, status=status)


def _route(request: HttpRequest) -> str:
    return (request.resolver_match and request.resolver_match.url_name) or ""


def check_second_factor(request: HttpRequest, official: Official) -> None:
    """The code typed into this form, before an act about money. Raises SignInRefused, SignInLocked."""
    check_code_again(person=official.person, code=request.POST.get("code", ""), now=clock.now())


def typed(request: HttpRequest, name: str, *, longest: int = 300) -> str:
    """What an official says in a field of a form, as it is stored."""
    return sentence(request.POST.get(name, ""))[:longest]


def hex_bytes(request: HttpRequest, name: str) -> bytes:
    """Bytes that a script of ours put into the form; empty where they aren't any."""
    try:
        return bytes.fromhex(request.POST.get(name, "").removeprefix("0x"))
    except ValueError:
        return b""


def domain(official: Official) -> dict[str, object]:
    """What signatures of this city are bound to."""
    return domain_of(token_of(official.city_id)).as_json()
