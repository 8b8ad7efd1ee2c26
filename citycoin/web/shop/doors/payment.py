"""One payment that the shop took: how it stands, and giving it back."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from citycoin.foundation.http.errors import status_of
from citycoin.foundation.http.forms import AmountField, PageForm
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
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


class RefundForm(PageForm):
    """A refund as the page asks for it; its id was made when the page was opened."""

    id = forms.UUIDField(strip=False)
    reason = forms.TypedChoiceField(
        choices=Refund.Reason.choices, coerce=Refund.Reason, initial=Refund.Reason.WRONG_AMOUNT
    )
    amount = AmountField()

    def refund_of(self, payment: Payment) -> refunds.RefundRequest:
        """What was typed, for this payment. Raises FieldsWrong."""
        said = self.said()
        return refunds.RefundRequest(said["id"], payment.client_id, said["amount"], said["reason"])


@require_http_methods(["GET", "POST"])
@for_counter
def payment(request: HttpRequest, access: Access, payment_id: UUID) -> HttpResponse:
    """The payment and its refunds. POST gives ``amount`` back; managers and owners may."""
    found = sales.payment_named(access.shop, payment_id)
    if request.method == "GET":
        return _page(request, access, found, RefundForm())
    person = signed_in(request)
    if person is None or not access.is_manager:
        raise NotHere
    form = RefundForm(request.POST)
    try:
        refunds.promise(shop=access.shop, asked=form.refund_of(found), by=person, now=clock.now())
    except CityCoinError as no:
        return _page(request, access, found, form, error=no)
    return redirect("shop-payment", access.shop.city.slug, access.shop.pk, payment_id)


def _page(
    request: HttpRequest, access: Access, found: Payment, form: RefundForm, *, error: CityCoinError | None = None
) -> HttpResponse:
    typed = form.typed()
    context = payment_page(access, found, reason=typed["reason"], typed=typed["amount"], now=clock.now(), error=error)
    return render(request, "shop/payment.html", fields_of(context), status=status_of(type(error)) if error else 200)
