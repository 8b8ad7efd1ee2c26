"""One payment that the shop took: how it stands, and giving it back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from citycoin.foundation.http.errors import FieldsWrong, status_of
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.money import InvalidAmount, Won
from citycoin.platform.accounts.doors.permissions import signed_in
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.shop.contexts.sales import payment_page
from citycoin.web.shop.doors.permissions import for_counter
from merchants.models import Refund
from merchants.operations import refunds
from merchants.queries import sales
from merchants.queries.access import Access
from wallets.models import Payment


@require_http_methods(["GET", "POST"])
@for_counter
def payment(request: HttpRequest, access: Access, payment_id: UUID) -> HttpResponse:
    """The payment and its refunds. POST gives ``amount`` back; managers and owners may."""
    found = sales.payment_named(access.shop, payment_id)
    if request.method == "GET":
        return _page(request, access, found)
    person = signed_in(request)
    if person is None or not access.is_manager:
        raise NotHere
    try:
        refunds.promise(shop=access.shop, asked=_asked(request, found), by=person, now=clock.now())
    except CityCoinError as no:
        return _page(request, access, found, error=no)
    return redirect("shop-payment", access.shop.city.slug, access.shop.pk, payment_id)


def _asked(request: HttpRequest, found: Payment) -> refunds.RefundRequest:
    """What the form says; its id was made when the page was opened. Raises FieldsWrong."""
    try:
        client_id = UUID(request.POST.get("id", ""))
    except ValueError:
        raise FieldsWrong(fields=["id"]) from None
    reason = request.POST.get("reason", "")
    if reason not in Refund.Reason.values:
        raise FieldsWrong(fields=["reason"])
    try:
        amount = Won.parse(request.POST.get("amount", "").replace(",", ""))
    except InvalidAmount:
        raise FieldsWrong(fields=["amount"]) from None
    if not amount.amount:
        raise FieldsWrong(fields=["amount"])
    return refunds.RefundRequest(client_id, found.client_id, amount, Refund.Reason(reason))


def _page(request: HttpRequest, access: Access, found: Payment, *, error: CityCoinError | None = None) -> HttpResponse:
    context = payment_page(
        access,
        found,
        reason=request.POST.get("reason", Refund.Reason.WRONG_AMOUNT),
        typed=request.POST.get("amount", ""),
        now=clock.now(),
        error=error,
    )
    return render(request, "shop/payment.html", fields_of(context), status=status_of(type(error)) if error else 200)
