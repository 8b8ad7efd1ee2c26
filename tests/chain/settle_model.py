"""The rules of ``settle`` once more, in plain Python: what a batch's bytes must do, read from the bytes alone.

Nothing here is shared with the code that packs and signs, nor with the contract: nonces are a set, not bits; signatures are
recovered by eth-keys and checked by OpenSSL; digests are put together from the design's words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from eth_abi.abi import encode
from eth_keys.exceptions import BadSignature
from eth_keys.main import KeyAPI
from eth_utils.crypto import keccak
from eth_utils.exceptions import ValidationError

NOBODY = "0x" + "00" * 20
SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
REMEMBERED = 64
HEADER = 23
RECORD = {0: 80, 1: 144}


class Reason(IntEnum):
    """Why a payment was refused."""

    SIGNATURE_INVALID = 1
    PAYER_UNKNOWN = 2
    NONCE_USED = 3
    EXPIRED = 4
    PAYER_FROZEN = 5
    NOT_ALLOWED = 6
    SELF_PAYMENT = 7
    AMOUNT_ZERO = 8
    BALANCE_TOO_LOW = 9


class Malformed(Exception):
    """The batch can't be read at this byte."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


@dataclass(frozen=True)
class Moved:
    payer: str
    payee: str
    amount: int


@dataclass(frozen=True)
class Refused:
    index: int
    reason: Reason


@dataclass(frozen=True)
class Settled:
    settled: int
    refused: int
    total: int


@dataclass
class ModelAccount:
    kind: int
    balance: int = 0
    frozen: bool = False
    used: set[int] = field(default_factory=set)

    @property
    def highest(self) -> int:
        return max(self.used, default=0)

    @property
    def window(self) -> int:
        return sum(1 << (self.highest - nonce) for nonce in self.used if self.highest - nonce < REMEMBERED)

    def may_use(self, nonce: int) -> bool:
        return nonce > self.highest or (self.highest - nonce < REMEMBERED and nonce not in self.used)


@dataclass(frozen=True)
class Payment:
    """A record as the bytes say it: who signed, and what."""

    payer: str
    payee: str
    amount: int
    nonce: int
    expires: int


class SettleModel:
    """One contract. ``domain``: its EIP-712 domain separator."""

    def __init__(self, domain: bytes, kinds_allowed: int) -> None:
        self.domain = domain
        self.kinds_allowed = kinds_allowed
        self.accounts: dict[str, ModelAccount] = {}

    def settle(self, batch: bytes, *, now: int) -> list[Moved | Refused | Settled]:
        """What the batch's receipt says in a block of this time, in order. Raises Malformed."""
        said: list[Moved | Refused | Settled] = []
        for index, payment in enumerate(list(self.read(batch))):
            reason = self._judged(payment, now)
            said.append(
                Refused(index, reason) if reason else Moved(payment.payer, payment.payee, payment.amount),
            )
        moved = [each.amount for each in said if isinstance(each, Moved)]
        return [*said, Settled(len(moved), len(said) - len(moved), sum(moved))]

    def _judged(self, payment: Payment, now: int) -> Reason | None:
        """Why not; else the payment is made. A fresh nonce of an account is gone either way."""
        payer = self.accounts.get(payment.payer)
        if payer is None:
            return Reason.SIGNATURE_INVALID if payment.payer == NOBODY else Reason.PAYER_UNKNOWN
        if not payer.may_use(payment.nonce):
            return Reason.NONCE_USED
        payer.used.add(payment.nonce)
        payee = self.accounts.get(payment.payee)
        kind = payee.kind if payee else 0
        rules = (
            (now > payment.expires, Reason.EXPIRED),
            (payer.frozen, Reason.PAYER_FROZEN),
            (not self.kinds_allowed >> (4 * payer.kind + kind) & 1, Reason.NOT_ALLOWED),
            (payer is payee, Reason.SELF_PAYMENT),
            (payment.amount == 0, Reason.AMOUNT_ZERO),
            (payment.amount > payer.balance, Reason.BALANCE_TOO_LOW),
        )
        for broken, reason in rules:
            if broken:
                return reason
        assert payee is not None, "the matrix lets nobody pay a stranger"
        payer.balance -= payment.amount
        payee.balance += payment.amount
        return None

    def read(self, batch: bytes) -> Iterator[Payment]:
        """The payments of a batch, with who signed each. Raises Malformed."""
        offset = 0
        while offset < len(batch) or not batch:
            header, scheme = batch[offset : offset + HEADER], batch[offset + 20 : offset + 21]
            if len(header) < HEADER or scheme[0] not in RECORD:
                raise Malformed(offset)
            length, count = RECORD[scheme[0]], int.from_bytes(header[21:])
            end = offset + HEADER + length * count
            if count == 0 or end > len(batch):
                raise Malformed(offset)
            for begin in range(offset + HEADER, end, length):
                yield self._payment("0x" + header[:20].hex(), batch[begin : begin + length])
            offset = end

    def _payment(self, payee: str, record: bytes) -> Payment:
        amount, nonce, expires = (int.from_bytes(record[first:last]) for first, last in ((64, 70), (70, 75), (75, 80)))
        typehash = keccak(text="Payment(address payee,uint256 amount,uint256 nonce,uint256 expires)")
        fields = encode(
            ("bytes32", "address", "uint256", "uint256", "uint256"), (typehash, payee, amount, nonce, expires)
        )
        signer = p256_signer if len(record) == RECORD[1] else secp256k1_signer
        return Payment(signer(b"\x19\x01" + self.domain, fields, record), payee, amount, nonce, expires)


def secp256k1_signer(prefix: bytes, fields: bytes, record: bytes) -> str:
    """Whose signature it is; nobody's where it is none, or not the low one of the two."""
    r, packed = int.from_bytes(record[:32]), int.from_bytes(record[32:64])
    s = packed % 2**255
    if s > SECP256K1_ORDER // 2:
        return NOBODY
    try:
        signature = KeyAPI.Signature(vrs=(packed >> 255, r, s))
        key = KeyAPI().ecdsa_recover(keccak(prefix + keccak(fields)), signature)
    except (BadSignature, ValidationError):
        return NOBODY
    return key.to_address()


def p256_signer(prefix: bytes, fields: bytes, record: bytes) -> str:
    """The address of the record's key, if it made the low signature; else nobody's."""
    r, s, point = int.from_bytes(record[:32]), int.from_bytes(record[32:64]), record[80:144]
    if s > P256_ORDER // 2:
        return NOBODY
    digest = hashlib.sha256(prefix + fields).digest()
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + point)
        key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    except (ValueError, InvalidSignature):
        return NOBODY
    return "0x" + bytes(keccak(point))[12:].hex()


def separator_of(domain: Mapping[str, Any]) -> bytes:
    """EIP-712's hash of a domain."""
    typehash = keccak(text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
    hashed = (typehash, keccak(text=domain["name"]), keccak(text=domain["version"]))
    values = (*hashed, domain["chainId"], domain["verifyingContract"])
    return bytes(keccak(encode(("bytes32", "bytes32", "bytes32", "uint256", "address"), values)))
