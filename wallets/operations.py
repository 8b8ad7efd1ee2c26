"""Writes of the ledger that are not payments: wallets and their keys, lots on their way."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import IntegrityError, transaction

from citycoin.accounts.models import Person
from citycoin.cities.models import City
from citycoin.kernel.errors import Conflict
from citycoin.kernel.money import Won
from citycoin.locks import locked
from contracts import submissions
from contracts.chain.encoding import Scheme, call
from contracts.chain.gateway import Fees
from contracts.chain.signing import Signer
from contracts.models import Contract, Kind, Sender
from contracts.queries import refuse_while_behind
from wallets import queries
from wallets.authority import owner_of, pin_fingerprint
from wallets.models import Key, Lot, NewsConsent, Wallet

REGISTERED_AT_ONCE = 200
KIND_ON_CHAIN = {Wallet.Kind.RESIDENT: Kind.RESIDENT, Wallet.Kind.SHOP: Kind.SHOP}


class WalletOpenAlready(Conflict):
    """The person has a wallet in this city."""

    code = "wallet_open_already"
    ko = "이 도시의 지갑이 이미 있어요."
    en = "You have a wallet in this city already."


class KeyTaken(Conflict):
    """The address is already a wallet's key in this city."""

    code = "key_taken"
    ko = "이미 다른 지갑에 등록된 열쇠예요."
    en = "This key is registered for a wallet already."


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """A key made outside. ``public_key`` (x ‖ y) is needed for P-256 only."""

    address: str
    scheme: Scheme
    public_key: bytes = b""


@dataclass(frozen=True, slots=True)
class Opened:
    """A new wallet, and the token that reads it: shown once, kept only as a hash."""

    wallet: Wallet
    key: Key
    token: str


@transaction.atomic
def open_wallet(
    *,
    city: City,
    kind: Wallet.Kind,
    now: datetime,
    device: DeviceKey | None = None,
    signer: Signer,
    pin: str = "",
    owner: Person | None = None,
) -> Opened:
    """Open a wallet with its owner's key, or with one that the city keeps under ``pin``; the worker registers it.

    Raises KeyTaken, WalletOpenAlready.
    """
    token = secrets.token_urlsafe(32)
    wallet = _new_wallet(city, kind, owner, queries.token_hash(token), now)
    if pin:
        wallet.pin_fingerprint = pin_fingerprint(wallet.pk, pin)
        wallet.save(update_fields=["pin_fingerprint"])
    if device is None:
        made = signer.new_key(owner=owner_of(wallet.pk))
        key = Key(address=made.address, scheme=Scheme.SECP256K1, sealed=made.sealed)
    else:
        key = Key(address=device.address, scheme=device.scheme, public_key=device.public_key)
    key.city, key.wallet, key.since = city, wallet, now
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError as collision:
        raise KeyTaken(address=key.address) from collision
    return Opened(wallet, key, token)


def _new_wallet(city: City, kind: Wallet.Kind, owner: Person | None, access_hash: bytes, now: datetime) -> Wallet:
    """The unique constraint decides where a person opens two at once. Raises WalletOpenAlready."""
    try:
        with transaction.atomic():
            return Wallet.objects.create(city=city, kind=kind, owner=owner, access_hash=access_hash, created_at=now)
    except IntegrityError as collision:
        raise WalletOpenAlready from collision


def agree_to_news(*, wallet: Wallet, agreed: bool, now: datetime) -> None:
    """Write down that its owner wants news, or takes it back; agreeing twice keeps the first moment."""
    if agreed:
        NewsConsent.objects.get_or_create(wallet=wallet, until=None, defaults={"since": now})
    else:
        NewsConsent.objects.filter(wallet=wallet, until=None).update(until=now)


def open_city_accounts(*, city: City, treasury_address: str, sealed: bytes, now: datetime) -> None:
    """The city's own accounts: treasury (with a key), issuance and suspense (without)."""
    treasury = Wallet.objects.create(city=city, kind=Wallet.Kind.TREASURY, registered_at=now, created_at=now)
    Key.objects.create(
        city=city, wallet=treasury, address=treasury_address, scheme=Scheme.SECP256K1, sealed=sealed, since=now
    )
    for kind in (Wallet.Kind.ISSUANCE, Wallet.Kind.SUSPENSE):
        Wallet.objects.create(city=city, kind=kind, created_at=now)


@transaction.atomic
def register_waiting(*, contract: Contract, signer: Signer, fees: Fees, now: datetime) -> int:
    """Sign one registration on chain for the new keys of each kind; return how many keys."""
    registrar = locked(Sender.objects.filter(city_id=contract.city_id, role=Sender.Role.REGISTRAR)).get()
    refuse_while_behind(contract.chain_id)
    signed = 0
    for kind, on_chain in KIND_ON_CHAIN.items():
        keys = Key.objects.filter(city_id=contract.city_id, wallet__kind=kind, registration=None, until=None)
        waiting = list(keys.order_by("pk")[:REGISTERED_AT_ONCE])
        if not waiting:
            continue
        intent = uuid5(NAMESPACE_URL, f"register {contract.address} {waiting[0].address}")
        submissions.sign_once(
            intent=intent,
            sender_id=registrar.pk,
            signer=signer,
            fees=fees,
            now=now,
            call=_registration(contract, waiting, on_chain),
        )
        Key.objects.filter(pk__in=[key.pk for key in waiting]).update(registration=intent)
        signed += len(waiting)
    return signed


def _registration(contract: Contract, keys: Sequence[Key], kind: Kind) -> submissions.Call:
    data = call("register(address[],uint8)", [key.address for key in keys], int(kind))
    return submissions.Call("register", contract.address, data, gas=80_000 + 40_000 * len(keys))


@dataclass(frozen=True, slots=True)
class LotOnItsWay:
    """Won about to be issued to a resident. ``funders``: who pays how much of them, summing to the amount."""

    wallet_id: int
    amount: Won
    funders: Mapping[str, Won]
    expires_at: datetime


def expect_lots(*, issue_id: str, programme: int, lots: Sequence[LotOnItsWay]) -> None:
    """Write the lots of an issue in the caller's transaction; they can be spent when the issue is final."""
    Lot.objects.bulk_create(
        [
            Lot(
                wallet_id=lot.wallet_id,
                programme=programme,
                issue_id=issue_id,
                issue_index=index,
                amount=lot.amount.amount,
                funders={who: won.amount for who, won in lot.funders.items()},
                expires_at=lot.expires_at,
            )
            for index, lot in enumerate(lots)
        ]
    )
