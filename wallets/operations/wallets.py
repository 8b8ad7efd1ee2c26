"""Opens wallets, with their owners' keys or with keys that the city keeps."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Conflict
from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from contracts.domain.encoding import Scheme
from contracts.domain.signing import Signer
from wallets.models import Key, Wallet
from wallets.operations.proofs import pin_fingerprint
from wallets.queries import ledger


class WalletOpenAlready(Conflict):
    """The person has a wallet in this city."""

    code = "wallet_open_already"
    ko = "이 도시의 지갑이 이미 있어요. 로그인해서 그 지갑을 써 주세요."
    en = "You have a wallet in this city already. Please sign in and use it."


class KeyTaken(Conflict):
    """The address is already a wallet's key in this city."""

    code = "key_taken"
    ko = "이미 다른 지갑에 등록된 열쇠예요. 새 열쇠를 만들어 다시 해 주세요."
    en = "This key is registered for a wallet already. Please make a new one and try again."


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """A key made outside. ``public_key`` (x ‖ y) is needed for P-256 only."""

    address: str
    scheme: Scheme
    public_key: bytes = b""


@dataclass(frozen=True, slots=True)
class NewWallet:
    """A new wallet, and the token that reads it: shown once, kept only as a hash."""

    wallet: Wallet
    key: Key
    token: str


@commits("open_wallet")
def open_wallet(
    *,
    city: City,
    kind: Wallet.Kind,
    now: datetime,
    device: DeviceKey | None = None,
    signer: Signer,
    pin: str = "",
    owner: Person | None = None,
) -> NewWallet:
    """Open a wallet with its owner's key, or with one that the city keeps under ``pin``; the worker registers it.

    Raises KeyTaken, WalletOpenAlready.
    """
    token = secrets.token_urlsafe(32)
    wallet = _new_wallet(city, kind, owner, ledger.token_hash(token), now)
    if device is None:
        made = signer.new_key(scope=city.slug)
        key = Key(address=made.address, scheme=Scheme.SECP256K1, sealed=made.sealed)
    else:
        key = Key(address=device.address, scheme=device.scheme, public_key=device.public_key)
    key.city, key.wallet, key.since = city, wallet, now
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError as collision:
        raise KeyTaken(address=key.address) from collision
    if pin:
        wallet.pin_fingerprint = pin_fingerprint(city.slug, key.address, pin)
        wallet.save(update_fields=["pin_fingerprint"])
    return NewWallet(wallet, key, token)


def _new_wallet(city: City, kind: Wallet.Kind, owner: Person | None, access_hash: bytes, now: datetime) -> Wallet:
    """The unique constraint decides where a person opens two at once. Raises WalletOpenAlready."""
    try:
        with transaction.atomic():
            return Wallet.objects.create(city=city, kind=kind, owner=owner, access_hash=access_hash, created_at=now)
    except IntegrityError as collision:
        raise WalletOpenAlready from collision


def open_city_accounts(*, city: City, treasury_address: str, sealed: bytes, now: datetime) -> None:
    """The city's own accounts: treasury (with a key), issuance and suspense (without)."""
    treasury = Wallet.objects.create(city=city, kind=Wallet.Kind.TREASURY, registered_at=now, created_at=now)
    Key.objects.create(
        city=city, wallet=treasury, address=treasury_address, scheme=Scheme.SECP256K1, sealed=sealed, since=now
    )
    for kind in (Wallet.Kind.ISSUANCE, Wallet.Kind.SUSPENSE):
        Wallet.objects.create(city=city, kind=kind, created_at=now)
