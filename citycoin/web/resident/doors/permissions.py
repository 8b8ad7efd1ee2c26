"""Who asks for a resident's page: a signed-in person with a wallet in the city that the URL names."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from citycoin.foundation.http.errors import takes_problems
from citycoin.platform.accounts.doors.permissions import signed_in, to_sign_in
from citycoin.platform.cities.queries import city_named
from wallets.models import Wallet
from wallets.queries.ledger import WalletUnknown, wallet_of_person

More = ParamSpec("More")


def for_residents(
    view: Callable[Concatenate[HttpRequest, Wallet, More], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A page about the caller's wallet. Others sign in, or open a wallet, and come back."""

    @wraps(view)
    def asked(request: HttpRequest, city: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        tenant = city_named(city)
        person = signed_in(request)
        if person is None:
            return to_sign_in(request, "sign-in") if _is_read(request) else HttpResponseRedirect(reverse("sign-in"))
        try:
            wallet = wallet_of_person(tenant.pk, person)
        except WalletUnknown:
            if takes_problems(request) or any(isinstance(part, UUID) for part in kwargs.values()):
                raise  # to a script; and a receipt or a top-up is somebody else's, whether or not it exists
            return to_start(request, tenant.slug)
        wallet.city = tenant
        return view(request, wallet, *args, **kwargs)

    return asked


def to_start(request: HttpRequest, city: str) -> HttpResponseRedirect:
    """To where a wallet is opened, and back here afterwards."""
    home = reverse("wallet", args=[city])
    wanted = request.get_full_path() if _is_read(request) else home
    back = f"?{urlencode({'next': wanted})}" if wanted != home else ""
    return HttpResponseRedirect(reverse("wallet-start", args=[city]) + back)


def _is_read(request: HttpRequest) -> bool:
    """Whether its address can be come back to; what a form sent can't."""
    return request.method in {"GET", "HEAD"}


def next_path(request: HttpRequest) -> str:
    """Where to go on afterwards: a path of ours, never elsewhere; empty where nothing is asked."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
