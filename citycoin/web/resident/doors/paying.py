"""The camera's page and the payment's page. They show and ask; the payment itself goes through the public API."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Final
from uuid import UUID

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.web.resident.contexts import entries
from citycoin.web.resident.contexts.payment_ids import next_id
from citycoin.web.resident.doors.permissions import for_residents
from citycoin.web.resident.doors.wallet import key_facts, limits_of
from merchants.domain import codes
from merchants.domain.codes import PaymentCode, Scanned
from merchants.operations import requests
from merchants.queries.requests import RequestExpired
from merchants.queries.sales import payment_of_request
from merchants.queries.shops import Payable, payable
from wallets.domain.refusals import RequestPaidAlready, ShopNotRegistered
from wallets.models import Wallet
from wallets.queries.ledger import balance, key_in_force, payment_named
from wallets.queries.refusals import refusal_under

# The vendored decoder is WebAssembly; no other page may compile any.
WITH_DECODER: Final = {"script-src": ["'wasm-unsafe-eval'"]}
# How long after its end a request may be asked for anew: the payer still stands at the counter.
ANEW_WITHIN: Final = timedelta(minutes=10)


@csp_update(WITH_DECODER)  # type: ignore[arg-type,untyped-decorator,unused-ignore] # it takes a policy of any directives
@require_http_methods(["GET", "POST"])
@for_residents
def scan(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """The camera; and the form for a typed code, which works without scripts."""
    typed = request.POST.get("code", "")
    context = {"city": wallet.city, "tab": "scan", "typed": typed}
    if request.method == "GET":
        return render(request, "resident/scan.html", context)
    try:
        scanned = codes.read(typed, base_url=settings.PUBLIC_URL)
        found = payable(wallet.city, scanned)
    except CityCoinError as no:
        return render(request, "resident/scan.html", {**context, "error": no}, status=422)
    return HttpResponseRedirect(_path(wallet, found.code))


@require_safe
@for_residents
def pay(request: HttpRequest, wallet: Wallet, code: str) -> HttpResponse:
    """Whom, how much, what is left after; also where a phone's own camera lands. The address holds the payment's id."""
    try:
        found = _found(wallet, code)
    except CityCoinError as no:
        return _wrong_code(request, wallet, no)
    if found.request and (mine := payment_of_request(found.request)) and mine.payer_id == wallet.pk:
        return HttpResponseRedirect(reverse("payment", args=[wallet.city.slug, mine.client_id]))
    asked, offered = _id(request.GET.get("id", "")), next_id(wallet, found.code)
    if asked and payment_named(wallet, asked):
        return HttpResponseRedirect(reverse("payment", args=[wallet.city.slug, asked]))
    if asked and (refusal := refusal_under(wallet, asked)):
        return _screen(request, wallet, found, offered, not_done=refusal)
    if asked != offered:
        return HttpResponseRedirect(_path(wallet, found.code, id=offered, amount=_amount(request)))
    return _screen(request, wallet, found, offered)


@require_safe
@for_residents
def next_try(request: HttpRequest, wallet: Wallet, code: str) -> HttpResponse:
    """The id of a new try after an answer, so that the page needn't be left and its amount stays."""
    found = _found(wallet, code)
    offered = next_id(wallet, found.code)
    return JsonResponse({"id": str(offered), "path": _path(wallet, found.code, id=offered, amount=_amount(request))})


@require_POST
@for_residents
def anew(request: HttpRequest, wallet: Wallet, code: str) -> HttpResponse:
    """A request's time is over: the shop asks for the same amount under a new code, at the payer's press.

    It gives them no new power, since the shop's fixed code takes any amount; no won moves before they confirm.
    """
    found, now = _found(wallet, code), clock.now()
    if found.request is None or not _may_be_asked_anew(found, now):
        return HttpResponseRedirect(_path(wallet, found.code))
    made = requests.ask_anew(request=found.request, now=now)
    return HttpResponseRedirect(_path(wallet, PaymentCode(made.code)))


def _found(wallet: Wallet, code: str) -> Payable:
    """Raises CodeTorn, CodeNotOurs, CodeUnknown, CodeOfAnotherCity, ShopNotRegistered."""
    found = payable(wallet.city, Scanned(PaymentCode.parse(code)))
    if found.shop.wallet.registered_at is None or found.shop.wallet.frozen_at is not None:
        raise ShopNotRegistered
    return found


def _wrong_code(request: HttpRequest, wallet: Wallet, error: CityCoinError) -> HttpResponse:
    return render(request, "resident/wrong_code.html", {"city": wallet.city, "error": error}, status=404)


def _screen(
    request: HttpRequest, wallet: Wallet, found: Payable, offered: UUID, not_done: CityCoinError | None = None
) -> HttpResponse:
    now, limits = clock.now(), limits_of(wallet)
    has = balance(wallet, now=now).available.amount
    context = {
        "city": wallet.city,
        "wallet": wallet,
        "found": found,
        "shop": found.shop,
        "payee": key_in_force(found.shop.wallet).address,
        "order": entries.order_number(found),
        "id": offered,
        "balance": has,
        "amount": found.request.amount if found.request else _amount(request) or "",
        "step": limits.step if limits else 0,
        "most": limits.most if limits else 0,
        "not_done": not_done,
        "again": _path(wallet, found.code, id=offered, amount=_amount(request)),
        "here": _path(wallet, found.code),
        "closed": _closed(found),
        "may_be_asked_anew": _may_be_asked_anew(found, now),
        "just_now": entries.paid_just_now(wallet, found.shop, now),
        # Rounded up: when the page's countdown ends and it asks again, the request's time is over.
        "seconds_left": ceil((found.request.expires_at - now).total_seconds()) if found.request else 0,
        **key_facts(wallet),
    }
    return render(request, "resident/pay.html", context)


def _closed(found: Payable) -> CityCoinError | None:
    """Why a request can't be paid any more."""
    if found.request is None:
        return None
    if payment_of_request(found.request):
        return RequestPaidAlready()
    return RequestExpired() if found.request.expires_at < clock.now() else None


def _may_be_asked_anew(found: Payable, now: datetime) -> bool:
    over = found.request is not None and found.request.expires_at < now < found.request.expires_at + ANEW_WITHIN
    return over and isinstance(_closed(found), RequestExpired)


def _path(wallet: Wallet, code: PaymentCode, **query: UUID | int) -> str:
    given = {name: str(value) for name, value in query.items() if value}
    path = reverse("pay", args=[wallet.city.slug, str(code)])
    return f"{path}?{urlencode(given)}" if given else path


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _amount(request: HttpRequest) -> int:
    """The amount that a link brings along, to be looked at before it is paid; 0 for none."""
    text = request.GET.get("amount", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("100000000") else 0
