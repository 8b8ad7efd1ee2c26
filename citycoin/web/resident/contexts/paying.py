"""What the camera's page and the payment's page show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final
from uuid import UUID, uuid4

from django.urls import reverse
from django.utils.http import urlencode

from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.money.issuance.queries.programmes import Offer, offers_to
from citycoin.platform.cities.models import City
from citycoin.platform.passkeys.domain.sites import Site
from citycoin.platform.passkeys.queries import has_passkey
from citycoin.web.resident.contexts import entries
from citycoin.web.resident.contexts.lots import Band, bands_of
from citycoin.web.resident.contexts.wallet import key_facts
from merchants.domain.codes import PaymentCode
from merchants.models import Shop
from merchants.queries.requests import RequestExpired
from merchants.queries.sales import payment_of_request
from merchants.queries.shops import Payable
from wallets.domain.refusals import RequestPaidAlready
from wallets.models import Payment, Wallet
from wallets.queries.ledger import balance, key_in_force
from wallets.queries.passkeys import is_paid_by_passkey
from wallets.queries.small_payments import Standing, small_payments_of

# How long after its end a request may be asked for anew: the payer still stands at the counter.
ANEW_WITHIN: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPage:
    """The camera, with the code that was typed and why it was refused."""

    city: City
    typed: str
    error: CityCoinError | None = None
    tab: str = "scan"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongCodePage:
    """Why a code can't be paid."""

    city: City
    error: CityCoinError


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPage:
    """Whom and how much, under the payment's id; or why it was not done, or can't be any more. Sums are won."""

    city: City
    wallet: Wallet
    address: str
    custody: str
    public_key: str
    found: Payable
    shop: Shop
    payee: str  # the shop's address
    order: str
    id: UUID
    balance: int
    amount: int | str  # empty where the payer types it
    step: int  # of the top-up that makes up what is missing
    most: int
    programme: int  # that it is of; 0 while nothing is on sale
    not_done: CityCoinError | None
    closed: CityCoinError | None
    again: str  # the path of a new try
    here: str
    may_be_asked_anew: bool
    just_now: Payment | None
    seconds_left: int
    bands: Sequence[Band]  # what the payment takes from, the first first; they sum to the balance
    top_up_id: UUID  # of the top-up that makes up what is missing
    small: Standing | None  # which payments needn't be confirmed; None where the owner has chosen no ceiling
    passkeys: str  # "pay": one confirms payments here; "sign in": one could, if it were allowed to; else empty


def pay_page(
    wallet: Wallet,
    found: Payable,
    *,
    site: Site | None,
    shown_at: datetime | None,
    offered: UUID,
    amount: int,
    now: datetime,
    not_done: CityCoinError | None = None,
) -> PayPage:
    """The page of what a code names; ``amount`` is what a link brought along, 0 for none.

    ``shown_at``: when PIN or passkey was shown in the payer's session.
    """
    key, have, asked = key_facts(wallet), balance(wallet, now=now).available.amount, amount
    if found.request:
        asked = found.request.amount
    offer = _offer_for(offers_to(wallet, now), max(asked - have, 0))
    closed = why_closed(found, now)
    return PayPage(
        city=wallet.city,
        wallet=wallet,
        address=key.address,
        custody=key.custody,
        public_key=key.public_key,
        found=found,
        shop=found.shop,
        payee=key_in_force(found.shop.wallet).address,
        order=entries.order_number(found),
        id=offered,
        balance=have,
        amount=found.request.amount if found.request else amount or "",
        step=offer.limits.step if offer else 0,
        most=offer.limits.most if offer else 0,
        programme=offer.programme.number if offer else 0,
        not_done=not_done,
        closed=closed,
        again=pay_path(wallet, found.code, id=offered, amount=amount),
        here=pay_path(wallet, found.code),
        may_be_asked_anew=_is_recent(found, now) and isinstance(closed, RequestExpired),
        just_now=entries.paid_just_now(wallet, found.shop, now),
        # Rounded up: when the page's countdown ends and it asks again, the request's time is over.
        seconds_left=ceil((found.request.expires_at - now).total_seconds()) if found.request else 0,
        bands=bands_of(wallet, now),
        top_up_id=uuid4(),
        small=small_payments_of(wallet, shown_at=shown_at, now=now) if wallet.small_most else None,
        passkeys=_passkeys(wallet, site) if site and key.custody == "city" else "",
    )


def _offer_for(offers: Sequence[Offer], missing: int) -> Offer | None:
    """The best programme that covers what is missing; where that isn't known yet or none does, the one with the most left."""
    covering = (each for each in offers if missing and each.limits.most >= missing)
    most = max(offers, key=lambda each: each.limits.most, default=None)
    return next(covering, most)


def _passkeys(wallet: Wallet, site: Site) -> str:
    assert wallet.owner is not None, "a page's wallet is a person's"
    if is_paid_by_passkey(wallet.pk, site):
        return "pay"
    return "sign in" if has_passkey(wallet.owner, site) else ""


def why_closed(found: Payable, now: datetime) -> CityCoinError | None:
    """Why a request can't be paid any more; None while it can, and where a shop's own code was shown."""
    if found.request is None:
        return None
    if payment_of_request(found.request):
        return RequestPaidAlready()
    return RequestExpired() if found.request.expires_at < now else None


def may_be_asked_anew(found: Payable, now: datetime) -> bool:
    """Whether it is a request whose time ended a moment ago, and nobody paid it."""
    return _is_recent(found, now) and isinstance(why_closed(found, now), RequestExpired)


def _is_recent(found: Payable, now: datetime) -> bool:
    """Whether a request's time is over, and not for long."""
    return found.request is not None and found.request.expires_at < now < found.request.expires_at + ANEW_WITHIN


def pay_path(wallet: Wallet, code: PaymentCode, **query: UUID | int) -> str:
    """The path of the page where the wallet pays what this code names."""
    given = {name: str(value) for name, value in query.items() if value}
    path = reverse("pay", args=[wallet.city.slug, str(code)])
    return f"{path}?{urlencode(given)}" if given else path
