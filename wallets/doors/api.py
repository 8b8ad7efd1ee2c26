"""HTTP: a city's domain, wallets."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from citycoin.foundation.http.fields import Address, HexBytes, PinDigits, StrictSerializer, Text, WonAmount
from citycoin.foundation.kernel import clock
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import city_named
from contracts.domain.encoding import PAYMENT_TYPEHASH
from contracts.doors import wiring
from contracts.queries import domain_of, token_of
from wallets.doors.authentication import caller_wallet
from wallets.models import Key, Payment, Wallet
from wallets.operations import registration
from wallets.operations.wallets import DeviceKey
from wallets.queries import ledger

PAGE = 20


class CityView(APIView):
    """GET: the city, and the domain that its payments are signed for."""

    def get(self, request: Request, city: str) -> Response:
        """{city, name, token, domain}."""
        contract = token_of(city_named(city).pk)
        return Response(
            {
                "city": contract.city.slug,
                "name": {"ko": contract.city.name_ko, "en": contract.city.name_en},
                "token": {"name": contract.name, "symbol": contract.symbol, "decimals": 0},
                "domain": domain_of(contract).as_json(),
            }
        )


class NewWallet(StrictSerializer):
    """A key made outside with its proof, or a PIN for a key that the city keeps."""

    code = Text(longest=64)
    address = Address(required=False)
    public_key = HexBytes(lengths=(64,), required=False)
    proof = HexBytes(lengths=(64, 65), required=False)
    pin = PinDigits(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the three ways."""
        given = {"address", "public_key", "pin"} & attrs.keys()
        if len(given) != 1 or ("proof" in attrs) != ("pin" not in attrs):
            raise serializers.ValidationError("give address and proof, or public_key and proof, or pin")
        return attrs


class Wallets(APIView):
    """POST: open a resident's wallet."""

    def post(self, request: Request, city: str) -> Response:
        """{address, custody, token, …}; the token is shown this once."""
        tenant = city_named(city)
        asked = NewWallet(data=request.data)
        asked.is_valid(raise_exception=True)
        opened = registration.open_with_code(
            city=tenant,
            code=asked.validated_data["code"],
            device=_proven_key(tenant, asked.validated_data),
            pin=asked.validated_data.get("pin", ""),
            signer=wiring.signer(),
            now=clock.now(),
        )
        return Response({**wallet_view(opened.wallet, opened.key), "token": opened.token}, status=201)


def _proven_key(city: City, given: dict[str, Any]) -> DeviceKey | None:
    text = registration.registration_text(city, given["code"])
    if "address" in given:
        return registration.proven_secp256k1(text, given["proof"], given["address"])
    if "public_key" in given:
        return registration.proven_p256(text, given["proof"], given["public_key"])
    return None


class MyWallet(APIView):
    """GET: the caller's wallet."""

    def get(self, request: Request, city: str) -> Response:
        """Its address, balance and the next nonce to sign with."""
        wallet = caller_wallet(request, city_named(city).pk)
        return Response(wallet_view(wallet, ledger.key_in_force(wallet)))


class MyPayments(APIView):
    """GET: the last twenty, newest first."""

    def get(self, request: Request, city: str) -> Response:
        """{payments: […]}."""
        wallet = caller_wallet(request, city_named(city).pk)
        return Response({"payments": [payment_view(each) for each in ledger.payments_of(wallet)[:PAGE]]})


class Quote(StrictSerializer):
    """What is about to be signed."""

    payee = Address()
    amount = WonAmount()


class Quotes(APIView):
    """POST: the message to sign for a payment; nothing is kept, the nonce is the same until it is authorised."""

    def post(self, request: Request, city: str) -> Response:
        """{domain, domain_separator, payment_typehash, message, available_after}; ``expires`` in seconds since 1970.

        The two hashes are for pages without keccak; whoever has it computes them from ``domain`` and the message's type.
        """
        contract = token_of(city_named(city).pk)
        wallet = caller_wallet(request, contract.city_id)
        asked = Quote(data=request.data)
        asked.is_valid(raise_exception=True)
        now, amount = clock.now(), asked.validated_data["amount"].amount
        return Response(
            {
                "domain": domain_of(contract).as_json(),
                "domain_separator": "0x" + bytes(contract.domain_separator).hex(),
                "payment_typehash": "0x" + PAYMENT_TYPEHASH.hex(),
                "message": {
                    "payee": asked.validated_data["payee"],
                    "amount": amount,
                    "nonce": ledger.next_nonce(wallet),
                    "expires": ledger.signature_expires(contract.city_id, now),
                },
                "available_after": ledger.balance(wallet, now=now).available.amount - amount,
            }
        )


def wallet_view(wallet: Wallet, key: Key) -> dict[str, object]:
    """A wallet as its owner sees it."""
    has = ledger.balance(wallet, now=clock.now())
    return {
        "address": key.address,
        "kind": wallet.kind,
        "custody": "city" if key.sealed else "device",
        "registered": wallet.registered_at is not None,
        "frozen": wallet.frozen_at is not None,
        "balance": {
            "available": has.available.amount,
            "on_its_way": has.on_its_way.amount,
            "posted": has.posted.amount,
            "held": has.held.amount,
        },
        "next_nonce": ledger.next_nonce(wallet),
    }


def payment_view(payment: Payment) -> dict[str, object]:
    """A payment as payer and payee see it."""
    return {
        "id": str(payment.client_id),
        "status": payment.status,
        "payee": payment.payee_address,
        "amount": payment.amount,
        "refunded": payment.refunded,
        "refund_of": str(payment.refund_of.client_id) if payment.refund_of else None,
        "nonce": payment.nonce,
        "expires": payment.expires,
        "request": str(payment.request) if payment.request else None,
        "authorised_at": payment.authorised_at.isoformat(),
        "ended_at": payment.ended_at.isoformat() if payment.ended_at else None,
        "batch": payment.batch.manifest if payment.batch else None,
    }
