"""Buying won: the form with its limits, and the way of one top-up."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.http.forms import typed_amount, typed_id
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError, Rejected
from citycoin.foundation.kernel.text import whole_number
from citycoin.money.issuance.operations.sale_wishes import ask_to_be_told
from citycoin.money.issuance.operations.top_ups import extend_reservation, reserve_top_up
from citycoin.money.issuance.queries.top_ups import top_up_named
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.platform.pages.doors.money import about_money
from citycoin.web.resident.contexts.topping_up import top_up_page, top_up_state_page
from citycoin.web.resident.contexts.wallet import key_facts
from citycoin.web.resident.doors.permissions import for_residents, next_path
from wallets.models import Wallet


class KeyNotHere(Rejected):
    """The wallet's key is in a browser, and this browser's page doesn't say that it is here: what is bought couldn't be spent."""

    code = "key_not_here"
    ko = "이 브라우저에는 지갑의 열쇠가 없어서 충전하지 않았어요. 지갑을 연 브라우저에서 충전해 주세요. 돈은 나가지 않았어요."
    en = "This browser doesn't hold your wallet's key, so nothing was bought. Please top up in the browser where you opened it."


@about_money
@require_http_methods(["GET", "POST"])
@for_residents
def top_up(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """Choose a programme and an amount; what is reserved then has its own page. The form's id makes a second click the same top-up."""
    if request.method == "GET":
        number = whole_number(request.GET.get("programme", ""))
        return _form(request, wallet, asked=request.GET.get("amount", ""), programme=number)
    asked = request.POST.get("other", "").strip() or request.POST.get("amount", "")
    number = whole_number(request.POST.get("programme", ""))
    try:
        _refuse_without_key(wallet, named=request.POST.get("key", ""))
        client_id, amount = typed_id(request.POST.get("id", "")), typed_amount(asked)
        made = reserve_top_up(wallet=wallet, client_id=client_id, amount=amount, programme=number, now=clock.now())
    except CityCoinError as no:
        return _form(request, wallet, asked=asked, programme=number, error=no)
    return HttpResponseRedirect(_state_path(wallet, made.client_id, onwards=next_path(request)))


@about_money
@require_safe
@for_residents
def state(request: HttpRequest, wallet: Wallet, top_up_id: UUID) -> HttpResponse:
    """How far a top-up is, and what is to be done for it."""
    return _state(request, wallet, top_up_id)


@about_money
@require_POST
@for_residents
def extend(request: HttpRequest, wallet: Wallet, top_up_id: UUID) -> HttpResponse:
    """More time to pay, at one press. The form's number makes a second press the same extension."""
    made, number = top_up_named(wallet.pk, top_up_id), whole_number(request.POST.get("number", "")) or 0
    try:
        extend_reservation(top_up=made, number=number, now=clock.now())
    except Rejected as no:
        return _state(request, wallet, top_up_id, error=no)
    return HttpResponseRedirect(_state_path(wallet, top_up_id, onwards=next_path(request)))


@about_money
@require_POST
@for_residents
def wanted(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """They are told once won are on sale again."""
    ask_to_be_told(wallet=wallet, now=clock.now())
    return HttpResponseRedirect(reverse("top-up", args=[wallet.city.slug]))


def _state(request: HttpRequest, wallet: Wallet, top_up_id: UUID, error: CityCoinError | None = None) -> HttpResponse:
    made, now = top_up_named(wallet.pk, top_up_id), clock.now()
    context = top_up_state_page(wallet, made, onwards=next_path(request), now=now, error=error)
    return render(request, "resident/top_up_state.html", fields_of(context), status=422 if error else 200)


def _state_path(wallet: Wallet, top_up_id: UUID, *, onwards: str) -> str:
    path = reverse("top-up-state", args=[wallet.city.slug, top_up_id])
    return f"{path}?{urlencode({'next': onwards})}" if onwards else path


def _refuse_without_key(wallet: Wallet, *, named: str) -> None:
    """The server knows that the key is in some browser, and its script alone that it is in this one. Raises KeyNotHere.

    This keeps residents from buying what they can't spend; against whoever writes their own form nothing is to be kept.
    """
    key = key_facts(wallet)
    if key.custody == "browser" and named != key.public_key:
        raise KeyNotHere


def _form(
    request: HttpRequest, wallet: Wallet, *, asked: str, programme: int | None, error: CityCoinError | None = None
) -> HttpResponse:
    context = top_up_page(
        wallet,
        asked=asked,
        programme=programme,
        onwards=next_path(request),
        now=clock.now(),
        error=error,
    )
    return render(request, "resident/top_up.html", fields_of(context), status=422 if error else 200)
