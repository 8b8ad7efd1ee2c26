"""A payer asks a shop for won of a payment back, and may take that back."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from citycoin.foundation.http.errors import status_of
from citycoin.foundation.http.forms import AmountField, PageForm, SentenceField
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError, Malformed
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.platform.pages.doors.money import about_money
from citycoin.web.resident.contexts.claims import claim_page
from citycoin.web.resident.doors.permissions import for_residents
from merchants.models import LONGEST_SAID, RefundClaim
from merchants.operations import claims
from merchants.queries.claims import claim_named
from wallets.models import Wallet


class ClaimReasonMissing(Malformed):
    """Nothing says why the won should go back; the shop has to know."""

    code = "claim_reason_missing"
    ko = "왜 돌려받고 싶은지 골라 주세요. 아직 요청하지 않았어요."
    en = "Please choose why you ask. Nothing has been asked yet."


class ClaimForm(PageForm):
    """A claim as the page asks for it; its id was made when the page was opened."""

    id = forms.UUIDField(strip=False)
    amount = AmountField()
    reason = forms.TypedChoiceField(choices=RefundClaim.Reason.choices, coerce=RefundClaim.Reason)
    says = SentenceField(longest=LONGEST_SAID, required=False)

    def claim_of(self, payment_id: UUID) -> claims.ClaimRequest:
        """What was typed, for this payment. Raises ClaimReasonMissing, AmountWrong, FieldsWrong."""
        if not self.data.get("reason"):
            raise ClaimReasonMissing
        said = self.said()
        return claims.ClaimRequest(said["id"], payment_id, said["amount"], said["reason"], said["says"])


@about_money
@require_http_methods(["GET", "POST"])
@for_residents
def claim(request: HttpRequest, wallet: Wallet, payment_id: UUID) -> HttpResponse:
    """How much and why; POST asks the shop."""
    if request.method == "GET":
        return _form(request, wallet, payment_id, {"id": str(uuid4())})
    try:
        asked = ClaimForm(request.POST).claim_of(payment_id)
        claims.claim(wallet=wallet, asked=asked, now=clock.now())
    except CityCoinError as no:
        return _form(request, wallet, payment_id, request.POST.dict(), error=no)
    return redirect("payment", wallet.city.slug, payment_id)


@about_money
@require_POST
@for_residents
def withdraw(request: HttpRequest, wallet: Wallet, payment_id: UUID, claim_id: UUID) -> HttpResponse:
    """They take it back; one that is over already is on the receipt as it ended."""
    with suppress(claims.ClaimOver):
        claims.withdraw(claim=claim_named(wallet, payment_id, claim_id), now=clock.now())
    return redirect("payment", wallet.city.slug, payment_id)


def _form(
    request: HttpRequest, wallet: Wallet, payment_id: UUID, typed: dict[str, str], error: CityCoinError | None = None
) -> HttpResponse:
    page = claim_page(
        wallet,
        payment_id,
        client_id=typed.get("id", ""),
        typed=typed.get("amount"),
        reason=typed.get("reason", ""),
        says=typed.get("says", ""),
        now=clock.now(),
        error=error,
    )
    return render(request, "resident/claim.html", fields_of(page), status=status_of(type(error)) if error else 200)
