"""The wallet's home, its key, its history and its receipts."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.http.errors import status_of
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.text import Name, whole_number
from citycoin.platform.accounts.doors.permissions import is_fresh
from citycoin.platform.accounts.operations.people import call_person
from citycoin.platform.consents.models import Consent
from citycoin.platform.consents.operations import agree
from citycoin.platform.exports.doors.files import exported, job_page
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.platform.pages.doors.money import about_money
from citycoin.platform.passkeys.doors.sites import site_of
from citycoin.platform.passkeys.queries import passkey_of
from citycoin.web.resident.contexts import wallet as contexts
from citycoin.web.resident.contexts.home import LONGEST_NAME, home_page, me_page
from citycoin.web.resident.doors.permissions import for_residents
from citycoin.web.resident.doors.recipes import HISTORY
from wallets.domain.rules import LARGEST_SMALL
from wallets.doors.shown import note_shown, shown_at
from wallets.models import Wallet
from wallets.operations.proofs import allow_passkey
from wallets.operations.small_payments import CeilingNotOffered, choose_ceiling


@require_safe
@for_residents
def home(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """Balance, what is on its way, this month's purchases, the last payments."""
    return _kept(wallet, render(request, "resident/home.html", fields_of(home_page(wallet, clock.now()))))


@require_safe
@for_residents
def me(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """What a person may set, their small payments and passkeys, and where they find the rest."""
    return _me(request, wallet)


@require_POST
@for_residents
def own_name(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """What their owner is called, from now on; an empty field takes the name away."""
    assert wallet.owner is not None, "a page's wallet is a person's"
    typed = request.POST.get("name", "")
    try:
        call_person(person=wallet.owner, name=Name(typed, longest=LONGEST_NAME) if typed.strip() else None)
    except CityCoinError as no:
        return _me(request, wallet, error=no, refused="name", name=typed)
    return redirect(reverse("wallet-me", args=[wallet.city.slug]) + "#name")


@require_POST
@for_residents
def passkey_pays(request: HttpRequest, wallet: Wallet, number: int) -> HttpResponse:
    """Their PIN, once, lets a passkey of theirs confirm payments of this wallet."""
    assert wallet.owner is not None, "a page's wallet is a person's"
    passkey = passkey_of(wallet.owner, number)
    try:
        allow_passkey(wallet=wallet, passkey=passkey, pin=request.POST.get("pin", ""), now=clock.now())
    except CityCoinError as no:
        return _me(request, wallet, error=no, refused="passkey", wrong=number)
    return redirect(reverse("wallet-me", args=[wallet.city.slug]) + "#passkeys")


@about_money
@require_POST
@for_residents
def small_payments(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """Up to how many won a payment needn't be confirmed. Raising that takes their PIN, which counts as shown here."""
    now, most = clock.now(), whole_number(request.POST.get("most", ""), most=LARGEST_SMALL)
    try:
        if most is None:
            raise CeilingNotOffered
        by_pin = choose_ceiling(wallet=wallet, most=most, pin=request.POST.get("pin", ""), now=now)
    except CityCoinError as no:
        return _me(request, wallet, error=no, refused="small", chosen=most)
    if by_pin:
        note_shown(request, wallet, now)
    return redirect(reverse("wallet-me", args=[wallet.city.slug]) + "#small")


def _me(
    request: HttpRequest,
    wallet: Wallet,
    *,
    error: CityCoinError | None = None,
    refused: str = "",
    name: str | None = None,
    wrong: int = 0,
    chosen: int | None = None,
) -> HttpResponse:
    page = me_page(
        wallet,
        site_of(request),
        is_fresh=is_fresh(request),
        shown_at=shown_at(request, wallet),
        now=clock.now(),
        error=error,
        refused=refused,
        name=name,
        wrong=wrong,
        chosen=chosen,
    )
    return render(request, "resident/me.html", fields_of(page), status=status_of(type(error)) if error else 200)


@require_safe
@for_residents
def key(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """Which key signs for the wallet, and what that means."""
    return render(request, "resident/key.html", fields_of(contexts.key_page(wallet)))


@require_POST
@for_residents
def news(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """The optional consent, given or taken back as easily."""
    assert wallet.owner is not None, "a page's wallet is a person's"
    agreed = request.POST.get("news") == "yes"
    agree(person=wallet.owner, city=wallet.city, kind=Consent.Kind.NEWS, agreed=agreed, now=clock.now())
    return redirect("wallet-key", wallet.city.slug)


@require_safe
@for_residents
def history(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """A month's payments and top-ups, with what came in and went out."""
    asked = request.GET
    context = contexts.history_page(
        wallet, asked.get("month", ""), clock.now(), kind=asked.get("kind", ""), q=asked.get("q", "")
    )
    return render(request, "resident/history.html", fields_of(context))


@require_safe
@for_residents
def recent(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """The last entries: without a connection they stand in the place of the history."""
    context = contexts.recent_page(wallet, clock.now())
    return _kept(wallet, render(request, "resident/recent.html", fields_of(context)))


@require_safe
@for_residents
def history_file(request: HttpRequest, wallet: Wallet, month: str) -> HttpResponseBase:
    """A month or a year of the history, as a file."""
    table = contexts.history_file(wallet, month, clock.now())
    return exported(request, table, f"{wallet.city.slug}-{month}", job=job_page(HISTORY, wallet.city, period=month))


@require_safe
@for_residents
def days_file(request: HttpRequest, wallet: Wallet, month: str) -> HttpResponseBase:
    """What was spent on each day of a month, as a file."""
    return exported(request, contexts.days_file(wallet, month, clock.now()), f"{wallet.city.slug}-{month}-days")


@require_safe
@for_residents
def payment(request: HttpRequest, wallet: Wallet, payment_id: UUID) -> HttpResponse:
    """A payment's receipt."""
    return render(request, "resident/receipt.html", fields_of(contexts.receipt_page(wallet, payment_id, clock.now())))


def _kept(wallet: Wallet, page: HttpResponse) -> HttpResponse:
    """The page, which the service worker may keep for the time without a connection, and whose it is."""
    page["Offline-Copy"] = str(wallet.pk)
    return page
