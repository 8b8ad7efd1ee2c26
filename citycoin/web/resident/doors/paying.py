"""The camera's page and the payment's page. They show and ask; the payment itself goes through the public API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Final
from urllib.parse import unquote
from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.text import whole_number
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.platform.pages.doors.money import about_money
from citycoin.platform.passkeys.doors.sites import site_of
from citycoin.web.resident.contexts.paying import ScanPage, WrongCodePage, may_be_asked_anew, pay_page, pay_path
from citycoin.web.resident.contexts.payment_ids import next_id
from citycoin.web.resident.doors.permissions import for_residents
from merchants.domain import codes
from merchants.domain.codes import LinkTorn, PaymentCode, Scanned, code_in_link
from merchants.operations import requests
from merchants.queries.sales import payment_of_request
from merchants.queries.shops import Payable, payable
from wallets.domain.refusals import ShopNotRegistered
from wallets.doors.shown import shown_at
from wallets.models import Wallet
from wallets.queries.ledger import payment_named
from wallets.queries.refusals import refusal_under

# As many digits as the page's own field takes.
MOST_TYPED: Final = 10**9 - 1
# The vendored decoder is WebAssembly; no other page may compile any.
WITH_DECODER: Final = {"script-src": ["'wasm-unsafe-eval'"]}


@about_money
@csp_update(WITH_DECODER)  # type: ignore[arg-type,untyped-decorator,unused-ignore] # it takes a policy of any directives
@require_http_methods(["GET", "POST"])
@for_residents
def scan(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """The camera; and the form for a typed code, which works without scripts."""
    typed = request.POST.get("code", "")
    context = ScanPage(city=wallet.city, typed=typed)
    if request.method == "GET":
        return render(request, "resident/scan.html", fields_of(context))
    try:
        scanned = codes.read(typed, base_url=settings.PUBLIC_URL)
        found = payable(wallet.city, scanned)
    except CityCoinError as no:
        return render(request, "resident/scan.html", fields_of(replace(context, error=no)), status=422)
    return HttpResponseRedirect(pay_path(wallet, found.code))


def at_one_address(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The page of a code at the one spelling of its address; links come in capitals and with a slash at their end."""

    @wraps(view)
    def asked(request: HttpRequest, city: str, code: str) -> HttpResponseBase:
        address, query = reverse("pay", args=[city.lower(), _as_printed(code)]), request.META["QUERY_STRING"]
        if request.path != unquote(address):
            return HttpResponseRedirect(f"{address}?{query}" if query else address)
        return view(request, city=city, code=code)

    return asked


@about_money
@require_safe
@at_one_address
@for_residents
def pay(request: HttpRequest, wallet: Wallet, code: str) -> HttpResponse:
    """Whom, how much, what is left after; also where a phone's own camera lands. The address holds the payment's id."""
    try:
        found = _found(wallet, code)
    except CityCoinError as no:
        context = WrongCodePage(city=wallet.city, error=no)
        return render(request, "resident/wrong_code.html", fields_of(context), status=404)
    if found.request and (mine := payment_of_request(found.request)) and mine.payer_id == wallet.pk:
        return HttpResponseRedirect(reverse("payment", args=[wallet.city.slug, mine.client_id]))
    asked, offered = _id(request.GET.get("id", "")), next_id(wallet, found.code)
    if asked and payment_named(wallet, asked):
        return HttpResponseRedirect(reverse("payment", args=[wallet.city.slug, asked]))
    if asked and (refusal := refusal_under(wallet, asked)):
        return _screen(request, wallet, found, offered, not_done=refusal)
    if asked != offered:
        return HttpResponseRedirect(pay_path(wallet, found.code, id=offered, amount=_amount(request)))
    return _screen(request, wallet, found, offered)


@about_money
@require_safe
@for_residents
def next_try(request: HttpRequest, wallet: Wallet, code: str) -> HttpResponse:
    """The id of a new try after an answer, so that the page needn't be left and its amount stays."""
    found = _found(wallet, code)
    offered = next_id(wallet, found.code)
    return JsonResponse({"id": str(offered), "path": pay_path(wallet, found.code, id=offered, amount=_amount(request))})


@about_money
@require_POST
@for_residents
def anew(request: HttpRequest, wallet: Wallet, code: str) -> HttpResponse:
    """A request's time is over: the shop asks for the same amount under a new code, at the payer's press.

    It gives them no new power, since the shop's fixed code takes any amount; no won moves before they confirm.
    """
    found, now = _found(wallet, code), clock.now()
    if found.request is None or not may_be_asked_anew(found, now):
        return HttpResponseRedirect(pay_path(wallet, found.code))
    made = requests.ask_anew(request=found.request, now=now)
    return HttpResponseRedirect(pay_path(wallet, PaymentCode(made.code)))


def _found(wallet: Wallet, code: str) -> Payable:
    """Raises LinkTorn, CodeUnknown, CodeOfAnotherCity, ShopNotRegistered."""
    found = payable(wallet.city, Scanned(code_in_link(code)))
    if found.shop.wallet.registered_at is None or found.shop.wallet.frozen_at is not None:
        raise ShopNotRegistered
    return found


def _as_printed(code: str) -> str:
    """The code as its QR has it; one that is torn as it stands."""
    try:
        return str(code_in_link(code))
    except LinkTorn:
        return code


def _screen(
    request: HttpRequest, wallet: Wallet, found: Payable, offered: UUID, not_done: CityCoinError | None = None
) -> HttpResponse:
    context = pay_page(
        wallet,
        found,
        site=site_of(request),
        shown_at=shown_at(request, wallet),
        offered=offered,
        amount=_amount(request),
        now=clock.now(),
        not_done=not_done,
    )
    return render(request, "resident/pay.html", fields_of(context))


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _amount(request: HttpRequest) -> int:
    """The amount that a link brings along, to be looked at before it is paid; 0 for none."""
    return whole_number(request.GET.get("amount", ""), most=MOST_TYPED) or 0
