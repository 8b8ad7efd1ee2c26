"""The demo's bank, codes and practice payments: a bank, a text message and a customer are played, and only in a demo."""

from __future__ import annotations

import hashlib
from uuid import NAMESPACE_URL, uuid5

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from citycoin.foundation.http.fields import StrictSerializer, Text, WonAmount
from citycoin.foundation.http.forms import typed_amount
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.kernel.text import bare
from citycoin.money.issuance.operations.top_ups import record_payment
from citycoin.platform.cities.queries import city_named
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.platform.pages.doors.display import EASY
from citycoin.platform.pages.doors.money import about_money
from citycoin.web.demo.contexts import bank_page, design_page, inbox_page, practice_payer, practice_request
from contracts.doors import wiring
from contracts.queries import signing_context
from merchants.operations.payments import pay
from wallets.operations.authority import CityKey, Order
from wallets.operations.proofs import PinProof
from wallets.operations.registration import new_code


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
    """What a bank says of a transfer that came in."""

    city = Text(longest=50)
    reference = Text(longest=40)
    amount = WonAmount()


class Transfers(APIView):
    """POST: the bank says "paid"."""

    def post(self, request: Request) -> Response:
        """{reference, status}, 201."""
        asked = Transfer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        top_up = record_payment(
            city_id=city_named(given["city"]).pk,
            reference=_reference(given["reference"]),
            amount=given["amount"],
            now=clock.now(),
        )
        return Response({"reference": top_up.reference, "status": top_up.status}, status=201)


@require_http_methods(["GET", "POST"])
def inbox(request: HttpRequest) -> HttpResponse:
    """The page: the last text messages; below them a one-time code for a program that opens a wallet by the API."""
    code = new_code(city=city_named(request.POST.get("city", "")), now=clock.now()) if request.method == "POST" else ""
    return render(request, "demo/inbox.html", fields_of(inbox_page(code)))


@about_money
@require_http_methods(["GET", "POST"])
def bank(request: HttpRequest) -> HttpResponse:
    """The page: transfers that wait, each with a button that pays it; the one that a link names comes first."""
    if request.method == "POST":
        return _transferred(request)
    context = bank_page(request.GET.get("reference", ""), _next(request))
    return render(request, "demo/bank.html", fields_of(context))


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


def _transferred(request: HttpRequest) -> HttpResponse:
    onwards = _next(request) or reverse("demo-bank")
    record_payment(
        city_id=city_named(request.POST.get("city", "")).pk,
        reference=_reference(request.POST.get("reference", "")),
        amount=typed_amount(request.POST.get("amount", "")),
        now=clock.now(),
    )
    return redirect(onwards)


def _reference(text: str) -> str:
    """The reference as the top-up has it, however its payer typed it into their bank."""
    return bare(text).upper()


def _next(request: HttpRequest) -> str:
    """Where the person came from: a path of ours, never elsewhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
