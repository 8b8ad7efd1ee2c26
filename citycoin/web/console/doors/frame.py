"""What the officials' pages share: the frame, and a form that says why it was refused."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from citycoin.foundation.http.errors import status_of
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.text import sentence
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.operations.sign_in import check_code_again
from citycoin.platform.pages.doors.contexts import Context, fields_of
from contracts.queries import domain_of, token_of


def page(
    request: HttpRequest,
    official: Official,
    template: str,
    context: Context,
    error: CityCoinError | None = None,
    **more: object,
) -> HttpResponse:
    """A page of the console; with ``error`` it says first what was refused, and has its status. ``more``: of the door's own."""
    frame = {
        "official": official,
        "city": official.city,
        "idle_seconds": settings.OFFICIAL_IDLE_SECONDS,
        "error": error,
    }
    status = status_of(type(error)) if error else 200
    return render(request, f"console/{template}.html", {**frame, **fields_of(context), **more}, status=status)


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
