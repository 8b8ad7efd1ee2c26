"""Deposits that nobody could decide about: an official sends them back, or says what they are for. And the bank's files."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.text import bare
from citycoin.money.bank.operations.deposits import assign, send_back
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts.deposits import bank_files_page, deposit_page, deposits_page
from citycoin.web.console.doors.frame import check_second_factor, in_console, page, typed

LONGEST_NUMBER: Final = 60


@require_safe
@in_console
def deposits(request: HttpRequest, official: Official) -> HttpResponse:
    """Those that wait, and the last that went back."""
    return page(request, official, "deposits", deposits_page(official))


@require_safe
@in_console
def files(request: HttpRequest, official: Official) -> HttpResponse:
    """The last files of the bank's, each with its verdict."""
    return page(request, official, "bank_files", bank_files_page(official))


@require_safe
@in_console
def deposit(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """One, with what can be done. Raises DepositUnknown."""
    return page(request, official, "deposit", deposit_page(official, number))


@require_POST
@in_console
def back(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """To the account that it came from, with the second factor: money leaves. Raises DepositUnknown."""
    try:
        check_second_factor(request, official)
        send_back(deposit_id=number, official=official, reason=typed(request, "reason"), now=clock.now())
    except CityCoinError as no:
        return _refused(request, official, number, no)
    return redirect("console-deposits", official.city.slug)


@require_POST
@in_console
def take(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """For what waits at another number, with the second factor: won are issued for it. Raises DepositUnknown."""
    try:
        check_second_factor(request, official)
        assign(
            deposit_id=number,
            official=official,
            number=bare(request.POST.get("number", ""))[:LONGEST_NUMBER],
            reason=typed(request, "reason"),
            now=clock.now(),
        )
    except CityCoinError as no:
        return _refused(request, official, number, no)
    return redirect("console-deposits", official.city.slug)


def _refused(request: HttpRequest, official: Official, number: int, no: CityCoinError) -> HttpResponse:
    """The page again, with what was typed but for the code."""
    given = typed(request, "number", longest=LONGEST_NUMBER)
    context = deposit_page(official, number, typed=given, reason=typed(request, "reason"))
    return page(request, official, "deposit", context, no)
