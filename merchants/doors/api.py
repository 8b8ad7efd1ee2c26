"""HTTP: where payments come in; shops and what they ask for."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any
from uuid import UUID

from django.conf import settings
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from citycoin.foundation.http.fields import (
    Address,
    HexBytes,
    Identifier,
    OneOf,
    PinDigits,
    StrictSerializer,
    Text,
    WholeNumber,
    WonAmount,
    Yes,
)
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.text import sentence
from citycoin.platform.cities.queries import city_named
from citycoin.platform.passkeys.doors.fields import AssertionSent
from citycoin.platform.passkeys.doors.sites import site_here
from contracts.domain.encoding import LARGEST_NUMBER
from contracts.doors import wiring
from contracts.queries import SigningContext, signing_context
from merchants.domain import codes
from merchants.models import LONGEST_SAID, PaymentRequest, RefundClaim, Shop
from merchants.operations import claims, payments, requests
from merchants.queries import shops
from merchants.queries.claims import claim_named, claims_of
from merchants.queries.purchases import purchase_named
from merchants.queries.requests import RequestExpired, request_named
from wallets.doors.api import payment_view
from wallets.doors.authentication import caller_wallet
from wallets.doors.shown import note_payment, shown_to_api
from wallets.models import Wallet
from wallets.operations.authorise import close
from wallets.operations.authority import CityKey, Order, Proof
from wallets.operations.own_signatures import SignatureSent
from wallets.operations.proofs import NoProof, PasskeyProof, PinProof, challenge_to_pay
from wallets.queries.ledger import WalletUnknown
from wallets.queries.refusals import answer_under

SIGNED = {"nonce", "expires", "signature"}
PROOFS = {"pin", "passkey", "unconfirmed"}


class NewPayment(StrictSerializer):
    """A payment with its signature, or with the PIN or a passkey's yes where the city keeps the wallet's key.

    ``unconfirmed``: a small one with none of them, which a session of our pages may send, and no token.
    """

    id = Identifier()
    payee = Address()
    amount = WonAmount()
    request = Identifier(required=False)
    nonce = WholeNumber(least=1, most=LARGEST_NUMBER, required=False)
    expires = WholeNumber(least=1, most=LARGEST_NUMBER, required=False)
    signature = HexBytes(lengths=(64, 65), required=False)
    public_key = HexBytes(lengths=(64,), required=False)
    pin = PinDigits(required=False)
    passkey = AssertionSent(required=False)
    unconfirmed = Yes(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """All that is signed, or the PIN, or a passkey's yes, or none of them and said so; never two of them."""
        signed, proofs = SIGNED & attrs.keys(), PROOFS & attrs.keys()
        if len(proofs) > 1 or (proofs and (signed or "public_key" in attrs)):
            raise serializers.ValidationError({min(proofs): "either the PIN or a passkey or a signature"})
        if not proofs and signed != SIGNED:
            raise serializers.ValidationError({"signature": "nonce, expires and signature are wanted"})
        return attrs


class Payments(APIView):
    """POST: pay. The signature, the PIN or a passkey's yes is the authorisation; a small payment may go without, as its owner chose."""

    def post(self, request: Request, city: str) -> Response:
        """The payment, 201; the same id and facts give the same answer."""
        context = signing_context(city)
        asked = NewPayment(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        order = _order(context, given)
        if PROOFS & given.keys():
            wallet, now = caller_wallet(request, context.city_id), clock.now()
            authority = CityKey(wallet.pk, context, wiring.signer(), _proof(request, wallet, given))
            payment = payments.pay(order=order, authority=authority, now=now)
            note_payment(request, wallet, payment, now)
        else:
            payment = payments.pay_by_signature(order=order, sent=_sent(given), context=context, now=clock.now())
        return Response(payment_view(payment), status=201)


class WantedPayment(StrictSerializer):
    """A payment before anybody has confirmed it."""

    payee = Address()
    amount = WonAmount()
    request = Identifier(required=False)


class PaymentPasskey(APIView):
    """POST: what a browser asks a passkey for, so that it says yes to this payment and to no other."""

    def post(self, request: Request, city: str, payment_id: UUID) -> Response:
        """Options of the Web Authentication API, whose challenge counts once, for five minutes."""
        context = signing_context(city)
        wallet, site = caller_wallet(request, context.city_id), site_here(request._request)
        asked = WantedPayment(data=request.data)
        asked.is_valid(raise_exception=True)
        order = _order(context, {"id": payment_id, **asked.validated_data})
        return Response(challenge_to_pay(wallet=wallet, order=order, site=site, now=clock.now()), status=201)


class OnePayment(APIView):
    """GET: what was answered under an id of the caller's wallet."""

    def get(self, request: Request, city: str, payment_id: UUID) -> Response:
        """The payment, or the problem under its id; 404 where nothing was answered yet."""
        wallet = caller_wallet(request, city_named(city).pk)
        return Response(payment_view(answer_under(wallet, payment_id)))


class ClosedPayment(APIView):
    """POST: close an id, so that "not done" can be said of it."""

    def post(self, request: Request, city: str, payment_id: UUID) -> Response:
        """The payment where there is one; else the problem under its id, the same ever after."""
        wallet = caller_wallet(request, city_named(city).pk)
        return Response(payment_view(close(wallet=wallet, client_id=payment_id, now=clock.now())))


class NewClaim(StrictSerializer):
    """What a payer asks of the shop that they paid."""

    id = Identifier()
    amount = WonAmount()
    reason = OneOf(RefundClaim.Reason.values)
    says = Text(longest=LONGEST_SAID, required=False)


class Claims(APIView):
    """What the payer of a payment asked back. GET: all of it; POST: ask."""

    def get(self, request: Request, city: str, payment_id: UUID) -> Response:
        """{claims: [...]}, the oldest first."""
        wallet = caller_wallet(request, city_named(city).pk)
        rows = claims_of(purchase_named(wallet, payment_id))
        return Response({"claims": [_claim_view(each) for each in rows]})

    def post(self, request: Request, city: str, payment_id: UUID) -> Response:
        """The claim, 201; the same id and facts give the same answer."""
        wallet = caller_wallet(request, city_named(city).pk)
        purchase_named(wallet, payment_id)  # whoever has no such payment hears nothing else
        asked = NewClaim(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        reason = RefundClaim.Reason(given["reason"])
        wanted = claims.ClaimRequest(given["id"], payment_id, given["amount"], reason, sentence(given.get("says", "")))
        return Response(_claim_view(claims.claim(wallet=wallet, asked=wanted, now=clock.now())), status=201)


class WithdrawnClaim(APIView):
    """POST: take a claim back."""

    def post(self, request: Request, city: str, payment_id: UUID, claim_id: UUID) -> Response:
        """The claim; ``claim_over`` where the shop was quicker."""
        wallet = caller_wallet(request, city_named(city).pk)
        found = claim_named(wallet, payment_id, claim_id)
        return Response(_claim_view(claims.withdraw(claim=found, now=clock.now())))


class Shops(APIView):
    """GET: the city's shops, public."""

    def get(self, request: Request, city: str) -> Response:
        """{shops: [{name, address}]}."""
        rows = shops.registered_shops(city_named(city).pk)
        return Response({"shops": [_shop_view(shop) for shop in rows]})


class ScannedText(StrictSerializer):
    """What a camera read, or what a person typed."""

    text = Text(longest=4_000)


class Codes(APIView):
    """POST: what a scanned or typed code names. The answer's path is ours; what was scanned is never opened."""

    def post(self, request: Request, city: str) -> Response:
        """{kind, code, path, shop, amount}; the amount only of a request."""
        tenant = city_named(city)
        asked = ScannedText(data=request.data)
        asked.is_valid(raise_exception=True)
        scanned = codes.read(asked.validated_data["text"], base_url=settings.PUBLIC_URL)
        found = shops.payable(tenant, scanned)
        if found.request and found.request.expires_at < clock.now():
            raise RequestExpired(expired_at=found.request.expires_at.isoformat())
        return Response(
            {
                "kind": "request" if found.request else "shop",
                "code": str(found.code),
                "path": f"/{tenant.slug}/{codes.PATH}/{found.code}",
                "shop": _shop_view(found.shop),
                "amount": found.request.amount if found.request else None,
            }
        )


class NewRequest(StrictSerializer):
    """What a shop asks for."""

    amount = WonAmount()


class Requests(APIView):
    """POST: a shop asks for an amount."""

    def post(self, request: Request, city: str) -> Response:
        """The request, 201."""
        wallet = caller_wallet(request, city_named(city).pk)
        shop = shops.shop_of_wallet(wallet)
        if shop is None:
            raise WalletUnknown
        asked = NewRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        made = requests.ask(shop=shop, amount=asked.validated_data["amount"], now=clock.now())
        return Response(_request_view(made), status=201)


class OneRequest(APIView):
    """GET: a request, for whoever has its id."""

    def get(self, request: Request, city: str, request_id: UUID) -> Response:
        """The request with its shop."""
        return Response(_request_view(request_named(city_named(city).pk, request_id)))


def _proof(request: Request, wallet: Wallet, given: dict[str, Any]) -> Proof:
    """Raises PasskeysNotHere."""
    if "pin" in given:
        return PinProof(given["pin"])
    if "passkey" in given:
        return PasskeyProof(site_here(request._request), given["passkey"])
    return NoProof(shown_to_api(request, wallet))


def _order(context: SigningContext, given: dict[str, Any]) -> Order:
    """The facts are what the client said, the signature and what proves the payer left out: a retry may sign anew."""
    said = [
        given["payee"],
        given["amount"].amount,
        str(given.get("request", "")),
        given.get("nonce"),
        given.get("expires"),
    ]
    facts = hashlib.sha256(json.dumps(said).encode()).digest()
    return Order(context.city_id, given["id"], given["payee"], given["amount"], given.get("request"), facts)


def _sent(given: dict[str, Any]) -> SignatureSent:
    return SignatureSent(given["nonce"], given["expires"], given["signature"], given.get("public_key", b""))


def _claim_view(claim: RefundClaim) -> dict[str, object]:
    return {
        "id": str(claim.client_id),
        "amount": claim.amount,
        "reason": claim.reason,
        "says": claim.says,
        "status": claim.status,
        "asked_at": claim.asked_at.isoformat(),
        "answer_by": claim.answer_by.astimezone(UTC).isoformat(),
        "ended_at": claim.ended_at.isoformat() if claim.ended_at else None,
        "answer": claim.answer,
        "refunded": claim.refund.amount if claim.refund else 0,
    }


def _shop_view(shop: Shop) -> dict[str, object]:
    addresses = [key.address for key in shop.wallet.keys.all() if key.until is None]
    return {"name": {"ko": shop.name_ko, "en": shop.name_en}, "address": addresses[0]}


def _request_view(request: PaymentRequest) -> dict[str, object]:
    return {
        "id": str(request.pk),
        "amount": request.amount,
        "shop": _shop_view(request.shop),
        "expires_at": request.expires_at.isoformat(),
    }
