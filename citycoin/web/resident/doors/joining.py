"""Opening a wallet: a PIN or a key made in the browser, and each consent by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from citycoin.foundation.kernel import clock, pins
from citycoin.foundation.kernel.errors import CityCoinError, Malformed
from citycoin.platform.accounts.doors.permissions import for_people
from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import city_named
from citycoin.platform.consents.domain import texts_in_force
from citycoin.platform.consents.models import Consent
from citycoin.platform.consents.operations import agree
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.web.resident.contexts.joining import StartPage
from citycoin.web.resident.doors.permissions import next_path
from contracts.doors import wiring
from contracts.queries import token_of
from wallets.models import Wallet
from wallets.operations import registration
from wallets.operations.wallets import DeviceKey, WalletOpenAlready, open_wallet
from wallets.queries.ledger import has_wallet

_HEX: Final = re.compile(r"0x[0-9a-f]{128}")


class ConsentMissing(Malformed):
    """Without what is required there is no wallet; ``details.fields`` names what is missing."""

    code = "consent_missing"
    ko = "지갑을 열려면 (필수)라고 적힌 것에 모두 동의해 주세요."
    en = "A wallet needs your agreement to all that is marked as required. Please give it."


class ProofMissing(Malformed):
    """The page made no key, or what it sent can't be read."""

    code = "proof_missing"
    ko = "이 브라우저에서 열쇠를 만들지 못했어요. 비밀번호 방식을 골라 주세요."
    en = "This browser could not make a key. Please choose the PIN."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says, checked."""

    pin: str
    device: DeviceKey | None
    code: str
    agreed: dict[str, bool]  # by the kind of consent


@require_http_methods(["GET", "POST"])
@for_people
def start(request: HttpRequest, person: Person, city: str) -> HttpResponse:
    """The form, and the opening. Whoever has a wallet goes to it."""
    tenant = city_named(city)
    onwards = HttpResponseRedirect(next_path(request) or reverse("wallet", args=[city]))
    if has_wallet(tenant.pk, person):
        return onwards
    if request.method == "GET":
        return _form(request, tenant)
    try:
        _open(tenant, person, _wanted(request, tenant))
    except WalletOpenAlready:
        return onwards
    except CityCoinError as no:
        return _form(request, tenant, error=no)
    return onwards


@require_POST
@for_people
def code(request: HttpRequest, person: Person, city: str) -> HttpResponse:
    """A one-time code for a key made in the browser, and the text that the key signs."""
    tenant = city_named(city)
    made = registration.new_code(city=tenant, now=clock.now())
    return JsonResponse({"code": made, "text": registration.registration_text(tenant, made)}, status=201)


def _form(request: HttpRequest, city: City, error: CityCoinError | None = None) -> HttpResponse:
    context = StartPage(
        city=city,
        key=request.POST.get("key", "city"),
        device_keys=bool(token_of(city.pk).chain.verifies_p256),
        consents=[(text, text.kind in request.POST) for text in texts_in_force()],
        missing=_missing(request) if isinstance(error, ConsentMissing) else [],
        next=next_path(request),
        error=error,
        wrong=error.code if error else "",
    )
    return render(request, "resident/start.html", fields_of(context), status=422 if error else 200)


def _wanted(request: HttpRequest, city: City) -> Wanted:
    """Raises PinTooSimple, PinsDiffer, ProofMissing, ProofInvalid, ConsentMissing."""
    if request.POST.get("key") == "browser":
        code, pin = request.POST.get("code", ""), ""
        device = _device(city, code, request.POST.get("public_key", ""), request.POST.get("proof", ""))
    else:
        code, device = "", None
        pin = pins.chosen(request.POST.get("pin", ""), request.POST.get("pin_again", ""))
    if missing := _missing(request):
        raise ConsentMissing(fields=missing)
    agreed = {text.kind: request.POST.get(text.kind) == "yes" for text in texts_in_force()}
    return Wanted(pin, device, code, agreed)


def _missing(request: HttpRequest) -> list[str]:
    """The kinds of consent that are required and not given."""
    return [text.kind for text in texts_in_force() if text.required and request.POST.get(text.kind) != "yes"]


def _device(city: City, code: str, public_key: str, proof: str) -> DeviceKey:
    if not _HEX.fullmatch(public_key) or not _HEX.fullmatch(proof):
        raise ProofMissing
    text = registration.registration_text(city, code)
    return registration.proven_p256(text, bytes.fromhex(proof[2:]), bytes.fromhex(public_key[2:]))


def _open(city: City, person: Person, wanted: Wanted) -> None:
    """Raises WalletOpenAlready, CodeWrong, DeviceKeysRefused, KeyTaken."""
    now, signer = clock.now(), wiring.signer()
    if wanted.device:
        registration.open_with_code(
            city=city, code=wanted.code, device=wanted.device, pin="", signer=signer, now=now, owner=person
        )
    else:
        open_wallet(city=city, kind=Wallet.Kind.RESIDENT, pin=wanted.pin, signer=signer, now=now, owner=person)
    for kind, agreed in wanted.agreed.items():
        agree(person=person, city=city, kind=Consent.Kind(kind), agreed=agreed, now=now)
