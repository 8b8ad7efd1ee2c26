"""When a wallet's PIN or passkey was shown in a session of our pages: only there may its small payments go unconfirmed.

It lies in the session, so it ends with it, and it is bound to the sign-in during which it was shown: who signs in again, be it
in the same browser by a text message to a phone number that is theirs no more, has shown nothing yet. A bearer token has no
session, and so never has.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest
from rest_framework.request import Request

from citycoin.foundation.http.authentication import bearer_token
from citycoin.platform.accounts.doors.permissions import SIGNED_IN_AT
from wallets.models import ConfirmedBy, Payment, Wallet

SHOWN: Final = "shown"  # {wallet: [when they had signed in, when it was shown]}, in seconds since 1970


def note_shown(request: HttpRequest, wallet: Wallet, now: datetime) -> None:
    """Write down that the wallet's PIN, or a passkey that pays for it, was right in this session."""
    mark = [request.session.get(SIGNED_IN_AT), now.timestamp()]
    request.session[SHOWN] = {**request.session.get(SHOWN, {}), str(wallet.pk): mark}


def shown_at(request: HttpRequest, wallet: Wallet) -> datetime | None:
    """When it last was, since they signed in; None: it wasn't."""
    signed_in_at, at = request.session.get(SHOWN, {}).get(str(wallet.pk), (None, None))
    if signed_in_at is None or signed_in_at != request.session.get(SIGNED_IN_AT):
        return None
    return datetime.fromtimestamp(at, UTC)  # to the microsecond what it was


def shown_to_api(request: Request, wallet: Wallet) -> datetime | None:
    """The same of a request to the API; None for a token."""
    return None if bearer_token(request) else shown_at(request._request, wallet)


def note_payment(request: Request, wallet: Wallet, payment: Payment, now: datetime) -> None:
    """What a payment made at ``now`` has shown; nothing where nobody asked for small payments, so most sessions stay as they are.

    A payment of before, answered once more under its id, has shown nothing: whatever stood in the place of its PIN wasn't read.
    """
    by_owner = payment.confirmed_by in {ConfirmedBy.PIN, ConfirmedBy.PASSKEY}
    if wallet.small_most and by_owner and payment.authorised_at == now and not bearer_token(request):
        note_shown(request._request, wallet, now)
