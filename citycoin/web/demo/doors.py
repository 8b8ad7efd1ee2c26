"""The demo's bank, codes and practice payments: a bank, a text message and a customer are played, and only in a demo."""

from __future__ import annotations

import hashlib
from typing import Final
from uuid import NAMESPACE_URL, uuid4, uuid5

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from citycoin.foundation.http.errors import status_of
from citycoin.foundation.http.fields import Identifier, StrictSerializer, Text, WonAmount
from citycoin.foundation.http.forms import typed_amount, typed_id
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.kernel.text import Name, bare
from citycoin.money.bank.domain.customers import CustomerTransfer
from citycoin.money.bank.doors import demo_bank
from citycoin.money.bank.doors.demo_bank import BankUnavailable
from citycoin.platform.cities.queries import city_named
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.platform.pages.doors.display import EASY
from citycoin.platform.pages.doors.money import about_money
from citycoin.web.demo.contexts import SOMEBODY, bank_page, design_page, inbox_page, practice_payer, practice_request
from contracts.doors import wiring
from contracts.queries import signing_context
from merchants.operations.payments import pay
from wallets.operations.authority import CityKey, Order
from wallets.operations.proofs import PinProof
from wallets.operations.registration import new_code

# What a bank takes as a name.
LONGEST_PAYER: Final = 70
PAID_OUT_SHOWN: Final = 10


class NewCode(StrictSerializer):
    """Which city's wallet the code opens."""

    city = Text(longest=50)


class Codes(APIView):
    """POST: a one-time registration code, as a text message would bring it."""

    def post(self, request: Request) -> Response:
        """{code}, 201."""
        asked = NewCode(data=request.data)
        asked.is_valid(raise_exception=True)
        code = new_code(city=city_named(asked.validated_data["city"]), now=clock.now())
        return Response({"code": code}, status=201)


class Transfer(StrictSerializer):
    """What somebody sends at their bank, to which account; ``id`` is their own for it, ``name`` what the bank calls them."""

    account = Text(longest=40)
    amount = WonAmount()
    id = Identifier(required=False)
    name = Text(longest=LONGEST_PAYER, required=False)


class Transfers(APIView):
    """POST: a made-up person sends won at the demo's bank, which tells the city by a file."""

    def post(self, request: Request) -> Response:
        """{references}, 201: the bank's own. Raises BankUnavailable, TransferRefused."""
        asked = Transfer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        sent = CustomerTransfer(
            id=str(given.get("id") or uuid4()),
            name=given.get("name", SOMEBODY),
            to=bare(given["account"]),
            amount=given["amount"],
        )
        return Response({"references": demo_bank.send([sent])}, status=201)


@require_http_methods(["GET", "POST"])
def inbox(request: HttpRequest) -> HttpResponse:
    """The page: the last text messages; below them a one-time code for a program that opens a wallet by the API."""
    code = new_code(city=city_named(request.POST.get("city", "")), now=clock.now()) if request.method == "POST" else ""
    return render(request, "demo/inbox.html", fields_of(inbox_page(code)))


@about_money
@require_http_methods(["GET", "POST"])
def bank(request: HttpRequest) -> HttpResponse:
    """The page: top-ups that wait, each with a button that pays it; the one that a link names comes first.

    Below them any transfer may be made, and the bank be told what to do wrong.
    """
    if request.method == "GET":
        return _bank_page(request)
    try:
        demo_bank.send([_typed_transfer(request)])
    except CityCoinError as no:
        return _bank_page(request, no)
    return redirect(_next(request) or reverse("demo-bank"))


@require_POST
def misbehave(request: HttpRequest) -> HttpResponse:
    """The bank does something wrong, once more."""
    try:
        demo_bank.misbehave(request.POST.get("name", ""))
    except CityCoinError as no:
        return _bank_page(request, no)
    return redirect("demo-bank")


@about_money
@require_POST
def practice(request: HttpRequest) -> HttpResponse:
    """A shop's first payment: one of the demo's residents pays a counter's request of 100 won, with their PIN.

    {id}, 201. Raises RequestUnknown for anything but such a request, NobodyToPractise, and what a payment raises.
    """
    city, now = city_named(request.POST.get("city", "")), clock.now()
    asked, payee = practice_request(city, request.POST.get("code", ""))
    wallet_id, pin = practice_payer(city, asked, now)
    context, client_id = signing_context(city.slug), uuid5(NAMESPACE_URL, f"practice {asked.pk}")
    order = Order(city.pk, client_id, payee, Amount(asked.amount), asked.pk, hashlib.sha256(asked.pk.bytes).digest())
    paid = pay(order=order, authority=CityKey(wallet_id, context, wiring.signer(), PinProof(pin)), now=now)
    return JsonResponse({"id": str(paid.client_id)}, status=201)


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Every component in every state: ``?city=`` lends its face, ``?theme=`` its theme, ``?mode=easy`` the large letters."""
    asked = request.GET
    context = design_page(asked.get("city", ""), theme=asked.get("theme", ""), easy=asked.get("mode") == EASY)
    return render(request, "demo/design.html", fields_of(context))


def _typed_transfer(request: HttpRequest) -> CustomerTransfer:
    """Raises AmountWrong, FieldsWrong, NameWrong."""
    form = request.POST
    return CustomerTransfer(
        id=str(typed_id(form.get("id", ""))),
        name=Name(form.get("name", "") or SOMEBODY, longest=LONGEST_PAYER),
        to=bare(form.get("account", "")),
        amount=typed_amount(form.get("amount", "")),
    )


def _bank_page(request: HttpRequest, error: CityCoinError | None = None) -> HttpResponse:
    """What was typed stays where it was refused."""
    try:
        switches, paid_out = demo_bank.switches(), demo_bank.paid_out(PAID_OUT_SHOWN)
    except BankUnavailable:
        switches, paid_out = None, []
    named = request.GET.get("account", "")
    typed = request.POST.dict()
    context = bank_page(named, _next(request), switches=switches, paid_out=paid_out, typed=typed, error=error)
    return render(request, "demo/bank.html", fields_of(context), status=status_of(type(error)) if error else 200)


def _next(request: HttpRequest) -> str:
    """Where the person came from: a path of ours, never elsewhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
