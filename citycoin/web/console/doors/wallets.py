"""Finding one wallet for a purpose, and freezing it. What is looked at is what the purpose needs, and is in the log."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.domain.phones import digits_of, masked
from citycoin.platform.accounts.doors.permissions import for_officers
from citycoin.platform.accounts.models import Officer
from citycoin.platform.accounts.queries import name_of, phone_fingerprint
from citycoin.platform.audit import operations as audit
from citycoin.platform.audit.operations import ReasonMissing
from citycoin.web.console.doors.frame import check_second_factor, page, typed
from wallets.models import Payment, Status, Wallet
from wallets.operations import freezing
from wallets.queries import freezes
from wallets.queries.ledger import WalletUnknown, key_in_force

SHOWN: Final = "console_wallets"
ADDRESS: Final = re.compile(r"0x[0-9a-f]{40}")
SUBJECTS: Final = freezes.FROZEN_BY_OFFICIALS
KEPT_AT_MOST: Final = 20


@require_http_methods(["GET", "POST"])
@for_officers
def wallets(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The search, which needs a purpose; and every wallet that is frozen now."""
    if request.method == "GET":
        return _search_page(request, officer)
    try:
        found = _looked_up(officer, typed(request, "who", longest=60), typed(request, "purpose"), clock.now())
        if found is None:
            raise WalletUnknown
    except CityCoinError as no:
        return _search_page(request, officer, no)
    seen = [each for each in request.session.get(SHOWN, []) if each != found.pk]
    request.session[SHOWN] = [*seen, found.pk][-KEPT_AT_MOST:]
    return redirect("console-wallet", officer.city.slug, found.pk)


@require_safe
@for_officers
def wallet(request: HttpRequest, officer: Officer, number: int) -> HttpResponse:
    """A wallet that this session has asked for with a purpose, or one that is frozen."""
    return _wallet_page(request, officer, number)


@require_safe
@for_officers
def wallet_state(request: HttpRequest, officer: Officer, number: int) -> JsonResponse:
    """How far an unfreezing is, for the page that waits; it is out of sight for others when it is done."""
    found = _visible(request, officer, number)
    state = "thawing" if freezes.is_thawing(found) else "frozen" if found.frozen_at else "free"
    return JsonResponse({"state": state})


@require_POST
@for_officers
def freeze(request: HttpRequest, officer: Officer, number: int) -> HttpResponse:
    """Stop it at once: one official suffices, and every other one is told."""
    try:
        found = _visible(request, officer, number)
        freezing.freeze(
            city_id=officer.city_id,
            wallet_id=found.pk,
            officer=officer,
            reason=typed(request, "reason"),
            now=clock.now(),
        )
    except CityCoinError as no:
        return _wallet_page(request, officer, number, no)
    return redirect("console-wallet", officer.city.slug, number)


@require_POST
@for_officers
def unfreeze(request: HttpRequest, officer: Officer, number: int) -> HttpResponse:
    """Let it go again, with the second factor: won can leave afterwards."""
    try:
        found = _visible(request, officer, number)
        check_second_factor(request, officer)
        freezing.unfreeze(
            city_id=officer.city_id,
            wallet_id=found.pk,
            officer=officer,
            reason=typed(request, "reason"),
            now=clock.now(),
        )
    except CityCoinError as no:
        return _wallet_page(request, officer, number, no)
    # It is not frozen any more, and would be out of sight for whoever hadn't asked for it.
    request.session[SHOWN] = [*request.session.get(SHOWN, []), number][-KEPT_AT_MOST:]
    return redirect("console-wallet", officer.city.slug, number)


@transaction.atomic
def _looked_up(officer: Officer, who: str, purpose: str, now: datetime) -> Wallet | None:
    """The wallet of this address or phone; the look itself is in the log, also where it found nobody.

    Raises ReasonMissing, PhoneWrong.
    """
    if not purpose:
        raise ReasonMissing
    rows = Wallet.objects.filter(city_id=officer.city_id, kind__in=SUBJECTS)
    if ADDRESS.fullmatch(who.lower()):
        by, found = "address", rows.filter(keys__address=who.lower()).first()
    else:
        mark = phone_fingerprint(digits_of(who))
        by, found = "phone", rows.filter(owner__phone_fingerprint=mark, kind=Wallet.Kind.RESIDENT).first()
    facts = {"wallet": found.pk if found else None, "by": by, "reason": purpose}
    audit.record(city_id=officer.city_id, officer=officer, act="wallet.looked_up", facts=facts, now=now)
    return found


def _visible(request: HttpRequest, officer: Officer, number: int) -> Wallet:
    """Raises WalletUnknown for one that this session didn't ask for."""
    rows = Wallet.objects.filter(city_id=officer.city_id, kind__in=SUBJECTS, pk=number)
    found = rows.select_related("owner", "shop").first()
    if found is None or (found.frozen_at is None and number not in request.session.get(SHOWN, [])):
        raise WalletUnknown
    return found


def _search_page(request: HttpRequest, officer: Officer, error: CityCoinError | None = None) -> HttpResponse:
    frozen = Wallet.objects.filter(city_id=officer.city_id, frozen_at__isnull=False).order_by("-frozen_at")
    context = {"frozen": frozen, "who": request.POST.get("who", ""), "purpose": request.POST.get("purpose", "")}
    return page(request, officer, "wallets", context, error)


def _wallet_page(
    request: HttpRequest, officer: Officer, number: int, error: CityCoinError | None = None
) -> HttpResponse:
    found = _visible(request, officer, number)
    name = masked(name_of(found.owner)) if found.owner and name_of(found.owner) else ""
    context = {
        "wallet": found,
        "shop": found.shop if found.kind == Wallet.Kind.SHOP else None,
        "name": name,
        "address": key_in_force(found).address,
        "thawing": freezes.is_thawing(found),
        "on_chain": freezes.state_on_chain(found),
        "in_flight": Payment.objects.filter(payer=found, status=Status.AUTHORISED).count(),
    }
    return page(request, officer, "wallet", context, error)
