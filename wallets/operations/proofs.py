"""By whom a payment with a key that the city keeps is confirmed: by who knows the wallet's PIN, by a passkey that its owner
allowed, or, where it is small and they asked for it, by nobody.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, ClassVar

from django.conf import settings

from citycoin.foundation import vault
from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.locks import locked
from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.passkeys.domain import ceremonies
from citycoin.platform.passkeys.domain.ceremonies import Assertion, purpose
from citycoin.platform.passkeys.domain.sites import Site
from citycoin.platform.passkeys.models import Passkey
from citycoin.platform.passkeys.operations import new_challenge, said_yes
from citycoin.platform.passkeys.queries import known
from citycoin.platform.rules.queries import terms_in_force
from contracts.queries import SigningContext
from wallets.domain.refusals import (
    ConfirmationNeeded,
    NoPayingPasskey,
    PasskeyWrong,
    PinLocked,
    PinWrong,
    SignatureNeeded,
)
from wallets.domain.rules import SMALL_PAYMENT
from wallets.models import ConfirmedBy, PayingPasskey, Wallet
from wallets.operations.authorise_sql import Payer
from wallets.operations.authority import Order
from wallets.operations.telling import tell_owner
from wallets.queries.ledger import key_in_force
from wallets.queries.passkeys import paying_passkeys


@dataclass(frozen=True, slots=True)
class PinProof:
    """Six digits."""

    pin: str
    confirmed_by: ClassVar = ConfirmedBy.PIN

    def check(self, payer: Payer, order: Order, context: SigningContext, now: datetime) -> None:  # noqa: ARG002 - of the protocol
        """Raises PinWrong and counts it, or PinLocked."""
        fingerprint = pin_fingerprint(context.slug, payer.key_address, self.pin)
        _check_pin(Wallet.objects.get(pk=payer.wallet_id), fingerprint, now=now)


@dataclass(frozen=True, slots=True)
class PasskeyProof:
    """A passkey's yes to this very order."""

    site: Site
    sent: Assertion
    confirmed_by: ClassVar = ConfirmedBy.PASSKEY

    def check(self, payer: Payer, order: Order, context: SigningContext, now: datetime) -> None:  # noqa: ARG002 - of the protocol
        """Raises PasskeyWrong; the challenge is used up by then."""
        mine = paying_passkeys(payer.wallet_id, self.site).filter(credential_id=self.sent.credential_id)
        for_ = _paying(self.site, payer.wallet_id, order)
        if not mine.exists() or not said_yes(self.sent, self.site, for_=for_, city_id=order.city_id, now=now):
            raise PasskeyWrong


@dataclass(frozen=True, slots=True)
class NoProof:
    """Nothing was shown for this payment; ``shown_at``: when the PIN or a passkey was, in the session from which it comes."""

    shown_at: datetime | None
    confirmed_by: ClassVar = ConfirmedBy.NOTHING

    def check(self, payer: Payer, order: Order, context: SigningContext, now: datetime) -> None:  # noqa: ARG002 - of the protocol
        """Raises ConfirmationNeeded beyond any bound, PinLocked. The row is locked, so two phones at once can't pass them."""
        locked_until = payer.small.pin_locked_until
        if locked_until and locked_until > now:
            raise PinLocked(until=locked_until.isoformat())
        terms = terms_in_force(order.city_id, SMALL_PAYMENT, now)
        if order.amount > payer.small.left(terms, shown_at=self.shown_at, now=now):
            raise ConfirmationNeeded


def challenge_to_pay(*, wallet: Wallet, order: Order, site: Site, now: datetime) -> dict[str, Any]:
    """What a browser is asked for a yes to this order of the wallet, and to no other. Raises NoPayingPasskey."""
    passkeys = known(paying_passkeys(wallet.pk, site))
    if not passkeys:
        raise NoPayingPasskey
    challenge = new_challenge(for_=_paying(site, wallet.pk, order), now=now)
    return ceremonies.asking(site, challenge=challenge, among=passkeys)


def allow_passkey(*, wallet: Wallet, passkey: Passkey, pin: str, now: datetime) -> None:
    """From now on the owner's passkey pays like their PIN, which it takes this once; allowing it twice changes nothing.

    Raises PinWrong, PinLocked, SignatureNeeded where the wallet has no PIN.
    """
    if no := _allowed(wallet, passkey, pin, now):
        raise no


@commits("allow_passkey")
def _allowed(wallet: Wallet, passkey: Passkey, pin: str, now: datetime) -> Rejected | None:
    """A wrong PIN is counted in the row, so it is returned and not raised."""
    mine = locked(Wallet.objects.filter(pk=wallet.pk)).get()
    try:
        check_own_pin(mine, wallet.city.slug, pin, now=now)
    except Rejected as no:
        return no
    PayingPasskey.objects.get_or_create(wallet=mine, passkey=passkey, defaults={"since": now})
    return None


def check_own_pin(mine: Wallet, slug: str, pin: str, *, now: datetime) -> None:
    """The PIN where its owner changes what they may do. The row is locked by the caller, who keeps the count of wrong ones.

    Raises PinWrong, PinLocked, SignatureNeeded where the wallet has no PIN.
    """
    if mine.pin_fingerprint is None:
        raise SignatureNeeded
    _check_pin(mine, pin_fingerprint(slug, key_in_force(mine).address, pin), now=now)


def pin_fingerprint(slug: str, address: str, pin: str) -> bytes:
    """What the database keeps of a PIN: of the city and the key that it unlocks, which survive a move elsewhere."""
    return vault.fingerprint(pin, owner=f"pin of {address} in {slug}")


def _check_pin(payer: Wallet, fingerprint: bytes, *, now: datetime) -> None:
    """Raises PinWrong and counts it, or PinLocked. The payer's row is locked by the caller, who keeps the count."""
    if payer.pin_locked_until and payer.pin_locked_until > now:
        raise PinLocked(until=payer.pin_locked_until.isoformat())
    if payer.pin_fingerprint and hmac.compare_digest(bytes(payer.pin_fingerprint), fingerprint):
        if payer.pin_failures:
            payer.pin_failures = 0
            payer.save(update_fields=["pin_failures"])
        return
    payer.pin_failures += 1
    if payer.pin_failures >= settings.PIN_TRIES:
        payer.pin_failures = 0
        payer.pin_locked_until = now + timedelta(seconds=settings.PIN_LOCK_SECONDS)
        subject, minutes = f"{payer.pk} {payer.pin_locked_until.isoformat()}", ceil(settings.PIN_LOCK_SECONDS / 60)
        tell_owner(payer, Kind.PIN_LOCKED, subject, {"minutes": minutes}, now=now)
    payer.save(update_fields=["pin_failures", "pin_locked_until"])
    raise PinWrong


def _paying(site: Site, wallet_id: int, order: Order) -> bytes:
    """One payment: its wallet, its city, its id, and the facts that its id stands for (payee, amount, request)."""
    return purpose("pay", site, wallet_id, order.city_id, order.client_id, order.facts.hex())
