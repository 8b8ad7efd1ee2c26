"""Whose wallet a request is about: its bearer token says so, or the session of a page of ours."""

from __future__ import annotations

from django.urls import reverse
from rest_framework.authentication import CSRFCheck
from rest_framework.request import Request

from citycoin.foundation.http.authentication import bearer_token
from citycoin.foundation.kernel.errors import Malformed
from citycoin.platform.accounts.doors.permissions import SignedOut, signed_in
from wallets.models import Wallet
from wallets.queries.ledger import wallet_of_person, wallet_of_token


class FormTokenMissing(Malformed):
    """A request with a session's cookie lacks the token of our own pages, so another site may have sent it."""

    code = "form_token_missing"
    ko = "페이지가 오래되었어요. 새로 고친 뒤 다시 해 주세요. 돈은 나가지 않았어요."
    en = "The page is too old. Please reload it and try again. Nothing was paid."


def caller_wallet(request: Request, city_id: int) -> Wallet:
    """The caller's wallet in this city. Raises WalletUnknown of a token, SignedOut, NoWalletHere, FormTokenMissing."""
    if token := bearer_token(request):
        return wallet_of_token(city_id, token)
    person = signed_in(request._request)
    if person is None:
        raise SignedOut(sign_in=reverse("sign-in"))
    check_form_token(request)
    return wallet_of_person(city_id, person)


def check_form_token(request: Request) -> None:
    """A cookie goes along with every request to us, also with one that another site makes. Raises FormTokenMissing."""
    check = CSRFCheck(lambda _request: None)  # type: ignore[arg-type] # it asks for no answer here
    check.process_request(request._request)
    if check.process_view(request._request, None, (), {}):  # type: ignore[arg-type] # nor for a view
        raise FormTokenMissing
