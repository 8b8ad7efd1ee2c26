"""Buying won: the form with its limits, and the way of one top-up."""

from __future__ import annotations

import uuid
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.money import InvalidAmount, Won
from citycoin.money.issuance.domain.purchases import PurchaseLimits
from citycoin.money.issuance.models import TopUp
from citycoin.money.issuance.operations.top_ups import reserve_top_up
from citycoin.money.issuance.queries.top_ups import top_up_named
from citycoin.web.resident.doors.permissions import for_residents, next_path
from citycoin.web.resident.doors.wallet import limits_of
from wallets.models import Wallet

OFFERED: Final = (10_000, 30_000, 50_000, 100_000, 200_000)
# The way of a top-up as its page draws it.
STEPS: Final = (TopUp.Status.RESERVED, TopUp.Status.PAID, TopUp.Status.ISSUING, TopUp.Status.ISSUED)


@require_http_methods(["GET", "POST"])
@for_residents
def top_up(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """Choose an amount; what is reserved then has its own page. The form's id makes a second click the same top-up."""
    if request.method == "GET":
        return _form(request, wallet, asked=request.GET.get("amount", ""))
    asked = (request.POST.get("other") or request.POST.get("amount", "")).replace(",", "").strip()
    try:
        client_id, amount = UUID(request.POST.get("id", "")), Won.parse(asked)
    except (ValueError, InvalidAmount):
        return _form(request, wallet, asked="", unreadable=True)
    try:
        made = reserve_top_up(wallet=wallet, client_id=client_id, amount=amount, now=clock.now())
    except CityCoinError as no:
        return _form(request, wallet, asked=asked, error=no)
    onwards = f"?{urlencode({'next': next_path(request)})}" if next_path(request) else ""
    return HttpResponseRedirect(reverse("top-up-state", args=[wallet.city.slug, made.client_id]) + onwards)


@require_safe
@for_residents
def state(request: HttpRequest, wallet: Wallet, top_up_id: UUID) -> HttpResponse:
    """How far a top-up is, and what is to be done for it."""
    made = top_up_named(wallet.pk, top_up_id)
    context = {
        "city": wallet.city,
        "wallet": wallet,
        "top_up": made,
        "saved": made.amount - made.price,
        "seconds_left": max(int((made.reserved_until - clock.now()).total_seconds()), 0),
        "place": STEPS.index(TopUp.Status(made.status)) if made.status in STEPS else None,
        "next": next_path(request),
    }
    return render(request, "resident/top_up_state.html", context)


def _form(
    request: HttpRequest, wallet: Wallet, *, asked: str, error: CityCoinError | None = None, unreadable: bool = False
) -> HttpResponse:
    limits = limits_of(wallet)
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= len("100000000") else 0
    offered = _offered(limits)
    context = {
        "city": wallet.city,
        "id": uuid.uuid4(),
        "limits": limits,
        "offered": offered,
        "chosen": wanted if wanted in offered else 0,
        "other": wanted if wanted and wanted not in offered else "",
        "error": error,
        "unreadable": unreadable,
        "next": next_path(request),
        "shortfall": request.GET.get("for") == "payment",
    }
    return render(request, "resident/top_up.html", context, status=422 if error or unreadable else 200)


def _offered(limits: PurchaseLimits | None) -> list[int]:
    """The usual amounts that may be bought now, and the most."""
    if limits is None:
        return []
    usual = [each for each in OFFERED if each <= limits.most and each % limits.step == 0]
    return usual if not limits.most or limits.most in usual else [*usual, limits.most]
