"""One payment that the shop took: how it stands, and giving it back."""

from __future__ import annotations

from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citycoin.foundation.http.errors import status_of
from citycoin.foundation.http.forms import AmountField, PageForm
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError, Malformed
from citycoin.platform.accounts.doors.permissions import signed_in
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.platform.pages.doors.money import about_money
from citycoin.web.shop.contexts.refunds import payment_page, refund_check, refund_page
from citycoin.web.shop.doors.permissions import for_counter
from merchants.models import Refund
from merchants.operations import claims, refunds
from merchants.operations.pins import RefundPinLocked, RefundPinNotSet, RefundPinWrong
from merchants.queries import sales
from merchants.queries.access import Access
from merchants.queries.claims import claim_at, waiting_claim
from wallets.models import Payment
from wallets.operations.returning import RefundAbovePayment


class RefundReasonMissing(Malformed):
    """Nothing says why the won go back; the payer's receipt has to."""

    code = "refund_reason_missing"
    ko = "왜 돌려주는지 골라 주세요. 아직 취소하지 않았어요."
    en = "Please choose why you give it back. Nothing has been refunded yet."


class RefundForm(PageForm):
    """A refund as the page asks for it; its id was made when its last step was opened. No reason is the first."""

    id = forms.UUIDField(strip=False)
    reason = forms.TypedChoiceField(choices=Refund.Reason.choices, coerce=Refund.Reason)
    amount = AmountField()

    def refund_of(self, payment: Payment) -> refunds.RefundRequest:
        """What was typed, for this payment. Raises RefundReasonMissing, AmountWrong, FieldsWrong."""
        if not self.data.get("reason") and self.data.get("id"):
            raise RefundReasonMissing
        said = self.said()
        return refunds.RefundRequest(said["id"], payment.client_id, said["amount"], said["reason"])


@require_safe
@for_counter
def payment(request: HttpRequest, access: Access, payment_id: UUID) -> HttpResponse:
    """The payment and its refunds."""
    found = sales.payment_named(access.shop, payment_id)
    return render(request, "shop/payment.html", fields_of(payment_page(access, found)))


@about_money
@require_POST
@for_counter
def decline(request: HttpRequest, access: Access, payment_id: UUID, claim_number: int) -> HttpResponse:
    """The shop gives nothing of what was asked, and says why. Managers and owners may."""
    person = signed_in(request)
    if person is None or not access.is_manager:
        raise NotHere
    found, answer = sales.payment_named(access.shop, payment_id), request.POST.get("answer", "")
    try:
        claim = claim_at(access.shop, found, claim_number)
        claims.decline(claim=claim, by=person, answer=answer, now=clock.now())
    except CityCoinError as no:
        context = payment_page(access, found, error=no, answer=answer)
        return render(request, "shop/payment.html", fields_of(context), status=status_of(type(no)))
    return redirect("shop-payment", access.shop.city.slug, access.shop.pk, payment_id)


@about_money
@require_http_methods(["GET", "POST"])
@for_counter
def refund(request: HttpRequest, access: Access, payment_id: UUID) -> HttpResponse:
    """How much and why, then what will be; POST gives it back. Managers and owners may."""
    person = signed_in(request)
    if person is None or not access.is_manager:
        raise NotHere
    found = sales.payment_named(access.shop, payment_id)
    if request.method == "GET" and "amount" not in request.GET:
        return _fill_in(request, access, found, RefundForm(initial={"amount": _wanted(found)}))
    form = RefundForm(request.POST if request.method == "POST" else {**request.GET.dict(), "id": str(uuid4())})
    try:
        asked = form.refund_of(found)
        if request.method == "GET":
            return _check(request, access, found, asked, by=person)
        pin = request.POST.get("pin", "")
        try:
            refunds.promise(shop=access.shop, asked=asked, by=person, now=clock.now(), pin=pin)
        except (RefundPinNotSet, RefundPinWrong, RefundPinLocked) as no:
            return _check(request, access, found, asked, by=person, error=no)
    except CityCoinError as no:
        return _fill_in(request, access, found, form, error=no)
    return redirect("shop-payment", access.shop.city.slug, access.shop.pk, payment_id)


def _wanted(payment: Payment) -> int:
    """What its payer asks back; all that is left of it where they ask nothing."""
    claim, left = waiting_claim(payment), int(payment.amount - payment.refunded)
    return min(claim.amount, left) if claim else left


def _check(
    request: HttpRequest,
    access: Access,
    found: Payment,
    asked: refunds.RefundRequest,
    *,
    by: Person,
    error: CityCoinError | None = None,
) -> HttpResponse:
    """Raises RefundAbovePayment."""
    left, amount = found.amount - found.refunded, asked.amount.amount
    if amount > left:
        raise RefundAbovePayment(left=left, asked=amount)
    context = refund_check(
        access,
        found,
        client_id=asked.client_id,
        amount=asked.amount,
        reason=asked.reason,
        by=by,
        now=clock.now(),
        error=error,
    )
    return render(
        request, "shop/refund_check.html", fields_of(context), status=status_of(type(error)) if error else 200
    )


def _fill_in(
    request: HttpRequest, access: Access, found: Payment, form: RefundForm, *, error: CityCoinError | None = None
) -> HttpResponse:
    context = refund_page(access, found, reason=form.typed()["reason"], typed=str(form.typed()["amount"]), error=error)
    return render(request, "shop/refund.html", fields_of(context), status=status_of(type(error)) if error else 200)
