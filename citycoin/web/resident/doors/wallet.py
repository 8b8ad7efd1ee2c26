"""The wallet's home, its key, its history and its receipts."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.money.issuance.domain.purchases import PurchaseLimits
from citycoin.money.issuance.queries.programmes import NoProgrammeOpen, purchase_limits
from citycoin.platform.consents.models import Consent
from citycoin.platform.consents.operations import agree
from citycoin.platform.consents.queries import consent_in_force
from citycoin.web.resident.contexts import entries
from citycoin.web.resident.doors.permissions import for_residents
from contracts.domain.encoding import Scheme
from wallets.models import Wallet
from wallets.queries.ledger import balance, key_in_force

LAST_PAYMENTS = 3


@require_safe
@for_residents
def home(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """Balance, what is on its way, this month's purchases, the last payments."""
    now = clock.now()
    context = {
        "city": wallet.city,
        "wallet": wallet,
        "balance": balance(wallet, now=now),
        "top_ups": entries.top_ups_under_way(wallet),
        "days": entries.by_day(entries.last_payments(wallet, LAST_PAYMENTS), now),
        "limits": limits_of(wallet),
        "tab": "home",
    }
    return render(request, "resident/home.html", context)


@require_safe
@for_residents
def key(request: HttpRequest, wallet: Wallet) -> HttpResponse:
    """Which key signs for the wallet, and what that means."""
    context = {"city": wallet.city, "wallet": wallet, **key_facts(wallet)}
    context["news"] = wallet.owner and consent_in_force(wallet.owner, wallet.city, Consent.Kind.NEWS)
    return render(request, "resident/key.html", context)


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
    month = entries.month(wallet, request.GET.get("month", ""), clock.now())
    return render(request, "resident/history.html", {"city": wallet.city, "month": month, "tab": "history"})


@require_safe
@for_residents
def payment(request: HttpRequest, wallet: Wallet, payment_id: UUID) -> HttpResponse:
    """A payment's receipt."""
    receipt = entries.receipt(wallet, payment_id)
    return render(request, "resident/receipt.html", {"city": wallet.city, "receipt": receipt})


def limits_of(wallet: Wallet) -> PurchaseLimits | None:
    """What may still be bought; None while nothing is on sale."""
    try:
        return purchase_limits(wallet, clock.now())
    except NoProgrammeOpen:
        return None


def key_facts(wallet: Wallet) -> dict[str, object]:
    """The key in force as a page shows it and as its script needs it."""
    in_force = key_in_force(wallet)
    in_browser = not in_force.sealed and in_force.scheme == Scheme.P256
    return {
        "address": in_force.address,
        "custody": "city" if in_force.sealed else "browser" if in_browser else "elsewhere",
        "public_key": bytes(in_force.public_key).hex() if in_browser else "",
    }
