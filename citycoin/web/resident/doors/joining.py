"""Opening a wallet: a name, a PIN or a key made in the browser, and two consents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError, Malformed
from citycoin.foundation.kernel.text import Name
from citycoin.platform.accounts.doors.permissions import for_people
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.operations.people import call_person
from citycoin.platform.accounts.queries import name_of
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import city_named
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
from wallets.queries.ledger import WalletUnknown, wallet_of_person

LONGEST_NAME: Final = 30
_PIN: Final = re.compile(r"[0-9]{6}")
_HEX: Final = re.compile(r"0x[0-9a-f]{128}")
_EASY: Final = ("01234567890", "09876543210")


class PinTooSimple(Malformed):
    """Not six digits, or six that anybody tries first."""

    code = "pin_too_simple"
    ko = "숫자 6자리로, 같은 숫자나 이어지는 숫자만으로는 만들 수 없어요."
    en = "Please choose six digits that are not all the same and not in a row."


class PinsDiffer(Malformed):
    """The PIN was typed in two ways."""

    code = "pins_differ"
    ko = "두 번 적은 비밀번호가 서로 달라요. 다시 적어 주세요."
    en = "The two PINs are not the same. Please type them again."


class ConsentMissing(Malformed):
    """Without the terms there is no wallet."""

    code = "consent_missing"
    ko = "이용 약관에 동의해야 지갑을 열 수 있어요."
    en = "A wallet needs your agreement to the terms."


class ProofMissing(Malformed):
    """The page made no key, or what it sent can't be read."""

    code = "proof_missing"
    ko = "이 브라우저에서 열쇠를 만들지 못했어요. 비밀번호 방식을 골라 주세요."
    en = "This browser could not make a key. Please choose the PIN."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says, checked."""

    name: Name
    pin: str
    device: DeviceKey | None
    code: str
    news: bool


@require_http_methods(["GET", "POST"])
@for_people
def start(request: HttpRequest, person: Person, city: str) -> HttpResponse:
    """The form, and the opening. Whoever has a wallet goes to it."""
    tenant = city_named(city)
    onwards = HttpResponseRedirect(next_path(request) or reverse("wallet", args=[city]))
    if _has_wallet(tenant, person):
        return onwards
    if request.method == "GET":
        return _form(request, tenant, person)
    try:
        _open(tenant, person, _wanted(request, tenant))
    except WalletOpenAlready:
        return onwards
    except CityCoinError as no:
        return _form(request, tenant, person, error=no)
    return onwards


@require_POST
@for_people
def code(request: HttpRequest, person: Person, city: str) -> HttpResponse:
    """A one-time code for a key made in the browser, and the text that the key signs."""
    tenant = city_named(city)
    made = registration.new_code(city=tenant, now=clock.now())
    return JsonResponse({"code": made, "text": registration.registration_text(tenant, made)}, status=201)


def _has_wallet(city: City, person: Person) -> bool:
    try:
        wallet_of_person(city.pk, person)
    except WalletUnknown:
        return False
    return True


def _form(request: HttpRequest, city: City, person: Person, error: CityCoinError | None = None) -> HttpResponse:
    context = StartPage(
        city=city,
        name=request.POST.get("name", name_of(person)),
        key=request.POST.get("key", "city"),
        device_keys=bool(token_of(city.pk).chain.verifies_p256),
        terms="terms" in request.POST,
        news="news" in request.POST,
        next=next_path(request),
        error=error,
        wrong=error.code if error else "",
    )
    return render(request, "resident/start.html", fields_of(context), status=422 if error else 200)


def _wanted(request: HttpRequest, city: City) -> Wanted:
    """Raises NameWrong, PinTooSimple, PinsDiffer, ProofMissing, ProofInvalid, ConsentMissing."""
    name = Name(request.POST.get("name", ""), longest=LONGEST_NAME)
    if request.POST.get("key") == "browser":
        code, pin = request.POST.get("code", ""), ""
        device = _device(city, code, request.POST.get("public_key", ""), request.POST.get("proof", ""))
    else:
        code, device = "", None
        pin = _pin(request.POST.get("pin", ""), request.POST.get("pin_again", ""))
    if "terms" not in request.POST:
        raise ConsentMissing
    return Wanted(name, pin, device, code, news="news" in request.POST)


def _pin(pin: str, again: str) -> str:
    if not _PIN.fullmatch(pin) or len(set(pin)) == 1 or any(pin in row for row in _EASY):
        raise PinTooSimple
    if pin != again:
        raise PinsDiffer
    return pin


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
    agree(person=person, city=city, kind=Consent.Kind.NEWS, agreed=wanted.news, now=now)
    call_person(person=person, name=wanted.name)
