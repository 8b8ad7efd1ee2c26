"""The pages of a shop's payouts: where its money goes, how much of it now, and what became of each."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.http.errors import status_of
from citycoin.foundation.http.forms import typed_amount, typed_id
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.text import bare
from citycoin.money.payouts.domain.naming import NamedAccount
from citycoin.money.payouts.operations import accounts
from citycoin.money.payouts.operations import payouts as operations
from citycoin.money.payouts.operations.payouts import PayoutRequest
from citycoin.platform.accounts.doors.permissions import is_fresh, signed_in, to_sign_in
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.platform.pages.doors.money import about_money
from citycoin.web.shop.contexts.payout import payout_page
from citycoin.web.shop.contexts.payouts import payouts_page
from citycoin.web.shop.doors.permissions import for_staff
from contracts.doors import wiring
from merchants.models import Staff
from merchants.queries.access import Access


@about_money
@require_http_methods(["GET", "POST"])
@for_staff(Staff.Role.MANAGER)
def payouts(request: HttpRequest, access: Access) -> HttpResponse:
    """What can be paid out, the account, the payouts so far. POST orders one: at once, and once under its id."""
    if request.method == "GET":
        return _page(request, access)
    return _done(request, access, lambda person: _ask(request, access, person))


def _ask(request: HttpRequest, access: Access, person: Person) -> None:
    asked = PayoutRequest(
        client_id=typed_id(request.POST.get("id", "")), amount=typed_amount(request.POST.get("amount", ""))
    )
    operations.ask(wallet=access.shop.wallet, asked=asked, by=person, signer=wiring.signer(), now=clock.now())


@require_safe
@for_staff(Staff.Role.MANAGER)
def payout(request: HttpRequest, access: Access, payout_id: UUID) -> HttpResponse:
    """One payout: how far it is, and every payment and refund that it is made of."""
    return render(request, "shop/payout.html", fields_of(payout_page(access, payout_id, request.GET.dict())))


@require_POST
@for_staff(Staff.Role.OWNER)
def automatic(request: HttpRequest, access: Access) -> HttpResponse:
    """Have payouts go by themselves, or only when they are asked for."""
    on = request.POST.get("on") == "yes"
    return _done(
        request,
        access,
        lambda _person: accounts.switch_automatic(wallet=access.shop.wallet, on=on, now=clock.now()),
    )


@require_POST
@for_staff(Staff.Role.OWNER)
def account(request: HttpRequest, access: Access) -> HttpResponse:
    """Name where the shop's money goes. An unattended screen isn't enough for it: who signed in long ago signs in again."""
    if not is_fresh(request):
        return to_sign_in(request, "sign-in")
    return _done(request, access, lambda person: _name(request, access, person))


def _name(request: HttpRequest, access: Access, person: Person) -> None:
    named = NamedAccount.typed(**{field: request.POST.get(field, "") for field in ("bank", "number", "holder")})
    accounts.name_account(wallet=access.shop.wallet, named=named, by=person, now=clock.now())


@require_POST
@for_staff(Staff.Role.OWNER)
def code(request: HttpRequest, access: Access) -> HttpResponse:
    """Type the four digits that stand in the text of the won that was sent there."""
    return _done(
        request,
        access,
        lambda _person: accounts.confirm(
            wallet=access.shop.wallet, code=bare(request.POST.get("code", "")), now=clock.now()
        ),
    )


def _done(request: HttpRequest, access: Access, act: Callable[[Person], object]) -> HttpResponse:
    """Do it and show the page again; where it is refused, with what was typed."""
    person = signed_in(request)
    if person is None:
        raise NotHere
    try:
        act(person)
    except CityCoinError as no:
        return _page(request, access, no)
    return redirect("shop-payouts", access.shop.city.slug, access.shop.pk)


def _page(request: HttpRequest, access: Access, error: CityCoinError | None = None) -> HttpResponse:
    context = payouts_page(access, typed=request.POST.dict(), error=error)
    return render(request, "shop/payouts.html", fields_of(context), status=status_of(type(error)) if error else 200)
