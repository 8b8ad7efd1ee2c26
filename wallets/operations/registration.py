"""Opening a resident's wallet with a one-time code, and the proof that its key is in the opener's hands."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from contracts.domain.encoding import Scheme, SignatureUnreadable, address_of, checked_p256, compact, keccak, signer
from contracts.domain.signing import Signer
from contracts.queries import token_of
from wallets.models import RegistrationCode, Wallet
from wallets.operations.wallets import DeviceKey, NewWallet, open_wallet
from wallets.queries.ledger import token_hash

CODE_VALID = timedelta(minutes=10)


class CodeWrong(Rejected):
    """The one-time code is unknown, used or too old."""

    code = "code_wrong"
    ko = "인증 번호가 맞지 않거나 이미 쓴 번호예요. 새 번호를 받아 주세요."
    en = "The code is wrong, used or too old. Please ask for a new one."


class DeviceKeysRefused(Rejected):
    """The chain doesn't check P-256 signatures, so won of such a key could never move."""

    code = "device_keys_refused"
    ko = "이 체인에서는 기기의 P-256 열쇠를 쓸 수 없어요. 비밀번호 방식을 골라 주세요."
    en = "This chain does not check P-256 signatures, so such a key can't be used. Please choose the PIN."


class ProofInvalid(Rejected):
    """The proof isn't a signature of the registration text by this key."""

    code = "proof_invalid"
    ko = "이 열쇠의 서명이 아니에요. 이 브라우저에서 다시 만들어 주세요."
    en = "The proof is not a signature by this key. Please make it again in this browser."


def new_code(*, city: City, now: datetime) -> str:
    """A one-time code, ten minutes good."""
    code = secrets.token_hex(8)
    RegistrationCode.objects.create(city=city, code_hash=token_hash(code), expires_at=now + CODE_VALID)
    return code


def registration_text(city: City, code: str) -> str:
    """What the owner of a key signs to register it; a person can read it in their wallet."""
    return f"City coin: open a wallet in {city.slug} with code {code}"


def proven_secp256k1(text: str, proof: bytes, address: str) -> DeviceKey:
    """The key that signed ``text`` as EIP-191 does (a wallet's "sign message"). Raises ProofInvalid."""
    message = text.encode()
    digest = keccak(b"\x19Ethereum Signed Message:\n" + str(len(message)).encode() + message)
    try:
        if signer(compact(proof), digest) != address:
            raise ProofInvalid
    except SignatureUnreadable:
        raise ProofInvalid from None
    return DeviceKey(address, Scheme.SECP256K1)


def proven_p256(text: str, proof: bytes, public_key: bytes) -> DeviceKey:
    """The key that signed ``text`` with ECDSA and SHA-256, as WebCrypto does. Raises ProofInvalid."""
    try:
        checked_p256(proof, public_key, hashlib.sha256(text.encode()).digest())
    except SignatureUnreadable:
        raise ProofInvalid from None
    return DeviceKey(address_of(public_key), Scheme.P256, public_key)


@commits("open_with_code")
def open_with_code(
    *,
    city: City,
    code: str,
    device: DeviceKey | None,
    pin: str,
    signer: Signer,
    now: datetime,
    owner: Person | None = None,
) -> NewWallet:
    """Use the code up and open a resident's wallet.

    Raises CodeWrong, DeviceKeysRefused, KeyTaken, WalletOpenAlready.
    """
    if device and device.scheme is Scheme.P256 and not token_of(city.pk).chain.verifies_p256:
        raise DeviceKeysRefused
    row = locked(
        RegistrationCode.objects.filter(city=city, code_hash=token_hash(code), used_at=None, expires_at__gt=now)
    ).first()
    if row is None:
        raise CodeWrong
    row.used_at = now
    row.save(update_fields=["used_at"])
    return open_wallet(
        city=city, kind=Wallet.Kind.RESIDENT, device=device, pin=pin, signer=signer, now=now, owner=owner
    )
