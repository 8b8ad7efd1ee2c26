"""The wallet's home, its key, its history and its receipts."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.platform.consents.models import Consent
from citycoin.platform.consents.operations import agree
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.resident.contexts import wallet as contexts
from citycoin.web.resident.doors.permissions import for_residents
from wallets.models import Wallet


@require_safe
@for_residents
def home(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """Balance, what is on its way, this month's purchases, the last payments."""
    return render(request, "resident/home.html", fields_of(contexts.home_page(wallet, clock.now())))


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
    context = contexts.history_page(wallet, request.GET.get("month", ""), clock.now())
    return render(request, "resident/history.html", fields_of(context))


@require_safe
@for_residents
def payment(request: HttpRequest, wallet: Wallet, payment_id: UUID) -> HttpResponse:
    """A payment's receipt."""
    return render(request, "resident/receipt.html", fields_of(contexts.receipt_page(wallet, payment_id)))
