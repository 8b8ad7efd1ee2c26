"""Passkeys: signing in by one, being offered one, and what a page's script asks to add one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from citycoin.foundation.http.fields import StrictSerializer
from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.doors.permissions import SignedOut, for_people, is_fresh, signed_in
from citycoin.platform.accounts.models import Person
from citycoin.platform.pages.doors.contexts import fields_of
from citycoin.platform.passkeys import operations
from citycoin.platform.passkeys.doors.fields import AssertionSent, AttestationSent
from citycoin.platform.passkeys.doors.sites import site_here, site_of
from citycoin.platform.passkeys.queries import is_offered
from citycoin.web.sign_in.contexts import sign_in_page
from citycoin.web.sign_in.doors.signing_in import next_path, welcome
from wallets.doors.authentication import check_form_token


class PasskeySent(StrictSerializer):
    """What signs somebody in."""

    passkey = AssertionSent()


class NewPasskeySent(StrictSerializer):
    """What is kept of a new one."""

    passkey = AttestationSent()


class SignInChallenge(APIView):
    """POST: what a browser asks whoever keeps a passkey in it; the same for everybody, so it says of nobody whether they have one."""

    def post(self, request: Request) -> Response:
        """Options of the Web Authentication API."""
        check_form_token(request)
        browser, site = _browser(request._request), site_here(request._request)
        return Response(operations.challenge_to_sign_in(browser=browser, site=site, now=clock.now()), status=201)


class SignInByPasskey(APIView):
    """POST: sign in by a passkey's yes."""

    def post(self, request: Request) -> Response:
        """{next}: where the person goes on. The session is theirs from here on, as after a code by text message."""
        check_form_token(request)
        asked = PasskeySent(data=request.data)
        asked.is_valid(raise_exception=True)
        page, site = request._request, site_here(request._request)
        person = operations.sign_in_by_passkey(
            browser=_browser(page), site=site, sent=asked.validated_data["passkey"], now=clock.now()
        )
        return Response({"next": welcome(page, person)})


class PasskeyChallenge(APIView):
    """POST: what a browser is asked for a new passkey of whoever is signed in."""

    def post(self, request: Request) -> Response:
        """Options of the Web Authentication API."""
        person, site = _just_signed_in(request), site_here(request._request)
        return Response(operations.challenge_to_add(person=person, site=site, now=clock.now()), status=201)


class Passkeys(APIView):
    """POST: add a passkey."""

    def post(self, request: Request) -> Response:
        """{}, 201: the page that asked shows it."""
        person, site = _just_signed_in(request), site_here(request._request)
        asked = NewPasskeySent(data=request.data)
        asked.is_valid(raise_exception=True)
        operations.add(person=person, site=site, sent=asked.validated_data["passkey"], now=clock.now())
        return Response({}, status=201)


@require_safe
@for_people
def offer(request: HttpRequest, person: Person) -> HttpResponse:
    """Right after signing in: one sentence offers a passkey. Who has one, or has said no, goes on."""
    onwards = next_path(request) or "/"
    site = site_of(request)
    if site is None or not is_offered(person, site):
        return HttpResponseRedirect(onwards)
    page = fields_of(sign_in_page(onwards, clock.now()))
    return render(request, "sign_in/passkey_offer.html", {**page, "next": onwards})


@require_POST
@for_people
def decline(request: HttpRequest, person: Person) -> HttpResponse:
    """No, thank you: remembered of the person, wherever they sign in next."""
    operations.decline(person=person, now=clock.now())
    return HttpResponseRedirect(next_path(request) or "/")


@require_POST
@for_people
def remove(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """A passkey of theirs is good for nothing any more; the code by text message still is."""
    operations.remove(person=person, number=number)
    return HttpResponseRedirect(next_path(request) or "/")


def _just_signed_in(request: Request) -> Person:
    """Who adds a passkey: an unattended screen isn't enough for it. Raises SignedOut, FormTokenMissing."""
    check_form_token(request)
    person = signed_in(request._request)
    if person is None or not is_fresh(request._request):
        raise SignedOut(sign_in=reverse("sign-in"))
    return person


def _browser(request: HttpRequest) -> str:
    """The key of the browser's session, begun where there is none: a challenge is good for who asked for it."""
    if request.session.session_key is None:
        request.session.create()
    return str(request.session.session_key)
