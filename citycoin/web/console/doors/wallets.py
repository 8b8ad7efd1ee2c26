"""Finding one wallet for a purpose, and freezing it. What is looked at is what the purpose needs, and is in the log."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.accounts.models import Official
from citycoin.web.console.contexts.wallets import wallet_page, wallets_page
from citycoin.web.console.doors.frame import check_second_factor, in_console, page, typed
from merchants.queries.shops import holder_of
from wallets.models import Wallet
from wallets.operations import freezing
from wallets.operations.lookups import look_up
from wallets.queries import freezes
from wallets.queries.ledger import WalletUnknown

SHOWN: Final = "console_wallets"
KEPT_AT_MOST: Final = 20
LONGEST_ADDRESSEE: Final = 60


@require_http_methods(["GET", "POST"])
@in_console
def wallets(request: HttpRequest, official: Official) -> HttpResponse:
    """The search, which needs a purpose (``who`` in the URL fills its field in); and every wallet that is frozen now."""
    if request.method == "GET":
        return _search_page(request, official)
    try:
        found = look_up(
            official=official,
            who=typed(request, "who", longest=LONGEST_ADDRESSEE),
            purpose=typed(request, "purpose"),
            now=clock.now(),
        )
        if found is None:
            raise WalletUnknown
    except CityCoinError as no:
        return _search_page(request, official, no)
    seen = [each for each in request.session.get(SHOWN, []) if each != found.pk]
    request.session[SHOWN] = [*seen, found.pk][-KEPT_AT_MOST:]
    return redirect("console-wallet", official.city.slug, found.pk)


@require_safe
@in_console
def wallet(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """A wallet that this session has asked for with a purpose, or one that is frozen."""
    return _wallet_page(request, official, number)


@require_safe
@in_console
def wallet_state(request: HttpRequest, official: Official, number: int) -> JsonResponse:
    """How far an unfreezing is, for the page that waits; it is out of sight for others when it is done."""
    found = _visible(request, official, number)
    state = "thawing" if freezes.is_thawing(found) else "frozen" if found.frozen_at else "free"
    return JsonResponse({"state": state})


@require_POST
@in_console
def freeze(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """Stop it at once: one official suffices, and every other one is told."""
    try:
        found = _visible(request, official, number)
        freezing.freeze(
            city_id=official.city_id,
            wallet_id=found.pk,
            official=official,
            reason=typed(request, "reason"),
            now=clock.now(),
        )
    except CityCoinError as no:
        return _wallet_page(request, official, number, no)
    return redirect("console-wallet", official.city.slug, number)


@require_POST
@in_console
def unfreeze(request: HttpRequest, official: Official, number: int) -> HttpResponse:
    """Let it go again, with the second factor: won can leave afterwards."""
    try:
        found = _visible(request, official, number)
        check_second_factor(request, official)
        freezing.unfreeze(
            city_id=official.city_id,
            wallet_id=found.pk,
            official=official,
            reason=typed(request, "reason"),
            now=clock.now(),
        )
    except CityCoinError as no:
        return _wallet_page(request, official, number, no)
    # It is not frozen any more, and would be out of sight for whoever hadn't asked for it.
    request.session[SHOWN] = [*request.session.get(SHOWN, []), number][-KEPT_AT_MOST:]
    return redirect("console-wallet", official.city.slug, number)


def _visible(request: HttpRequest, official: Official, number: int) -> Wallet:
    """Raises WalletUnknown for one that this session didn't ask for."""
    found = holder_of(official.city_id, number)
    if found is None or (found.frozen_at is None and number not in request.session.get(SHOWN, [])):
        raise WalletUnknown
    return found


def _search_page(request: HttpRequest, official: Official, error: CityCoinError | None = None) -> HttpResponse:
    who = request.POST.get("who", request.GET.get("who", ""))[:LONGEST_ADDRESSEE]
    context = wallets_page(official, who=who, purpose=request.POST.get("purpose", ""))
    return page(request, official, "wallets", context, error)


def _wallet_page(
    request: HttpRequest, official: Official, number: int, error: CityCoinError | None = None
) -> HttpResponse:
    return page(request, official, "wallet", wallet_page(_visible(request, official, number)), error)
