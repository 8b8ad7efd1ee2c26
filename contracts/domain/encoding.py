"""What the contract reads, byte for byte: digests, signatures, packed batches, calls. Pure functions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from typing import Any, Final

import coincurve
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from eth_abi.abi import encode as abi_encode
from sha3 import keccak_256

SECP256K1_N: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
P256_N: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
LARGEST_NUMBER: Final = 2**40 - 1  # nonce and expires have five bytes in a record
COMPACT_BYTES: Final = 64
POINT_BYTES: Final = 64  # x ‖ y


class Scheme(IntEnum):
    """How a key signs; the number stands in the batch."""

    SECP256K1 = 0
    P256 = 1


class SignatureUnreadable(ValueError):
    """These bytes are no signature of the scheme, or it doesn't fit its key."""


def keccak(data: bytes) -> bytes:
    """keccak256, 32 bytes."""
    digest: bytes = keccak_256(data).digest()
    return digest


DOMAIN_TYPEHASH: Final = keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
PAYMENT_TYPEHASH: Final = keccak(b"Payment(address payee,uint256 amount,uint256 nonce,uint256 expires)")
BUDGET_TYPEHASH: Final = keccak(
    b"Budget(uint256 year,uint256 starts,uint256 ends,uint256 cap,bytes32 basis,uint256 version,uint256 deadline)"
)
# The constructor's argument: the contract's struct of this name.
FOUNDING: Final = "(string,string,address[2],address,address,address,address,address,uint16,uint64)"
KINDS_TYPEHASH: Final = keccak(b"SetKindsAllowed(uint256 kindsAllowed,uint256 version,uint256 deadline)")
ROTATION_TYPEHASH: Final = keccak(b"RotateOfficial(address outgoing,address incoming,uint256 version,uint256 deadline)")


def word(value: int | str) -> bytes:
    """A number, an address or 32 bytes in hex as the EVM's word."""
    return (int(value, 16) if isinstance(value, str) else value).to_bytes(32, "big")


def domain_separator(*, name: str, chain_id: int, contract: str) -> bytes:
    """EIP-712's hash of the domain; the version is always "1"."""
    return keccak(DOMAIN_TYPEHASH + keccak(name.encode()) + keccak(b"1") + word(chain_id) + word(contract))


@dataclass(frozen=True, slots=True)
class PaymentMessage:
    """The one message that every movement's owner signs."""

    payee: str
    amount: int
    nonce: int
    expires: int

    def digest(self, domain: bytes, scheme: Scheme) -> bytes:
        """The 32 bytes that a key of ``scheme`` signs."""
        fields = PAYMENT_TYPEHASH + word(self.payee) + word(self.amount) + word(self.nonce) + word(self.expires)
        return typed_digest(domain, fields, scheme)


def typed_digest(domain: bytes, fields: bytes, scheme: Scheme) -> bytes:
    """EIP-712's digest of a struct (typehash and its words), or its SHA-256 twin for P-256 (design: WebCrypto
    has no keccak, so a page asked to sign a keccak digest would sign blind).
    """
    if scheme is Scheme.P256:
        return hashlib.sha256(b"\x19\x01" + domain + fields).digest()
    return keccak(b"\x19\x01" + domain + keccak(fields))


def address_of(public_key: bytes) -> str:
    """The address of a key x ‖ y (64 bytes), of either scheme: the last 20 bytes of its keccak256."""
    return "0x" + keccak(public_key)[12:].hex()


def compact(signature: bytes) -> bytes:
    """A secp256k1 signature r ‖ s ‖ v (65 bytes, v 27 or 28) as 64 bytes of EIP-2098, low-s.

    64 bytes are taken to be compact already. Raises SignatureUnreadable.
    """
    if len(signature) == COMPACT_BYTES:
        r, packed = signature[:32], int.from_bytes(signature[32:])
        odd, s = packed >> 255, packed & (2**255 - 1)
    elif len(signature) == COMPACT_BYTES + 1 and signature[64] in (27, 28):
        r, s, odd = signature[:32], int.from_bytes(signature[32:64]), signature[64] - 27
    else:
        raise SignatureUnreadable("neither 64 bytes nor 65 with v 27 or 28")
    if not 0 < int.from_bytes(r) < SECP256K1_N or not 0 < s < SECP256K1_N:
        raise SignatureUnreadable("r or s out of range")
    if s > SECP256K1_N // 2:
        s, odd = SECP256K1_N - s, odd ^ 1
    return r + (s | odd << 255).to_bytes(32, "big")


def signer(compact_signature: bytes, digest: bytes) -> str:
    """The address whose secp256k1 key made this compact signature. Raises SignatureUnreadable."""
    packed = int.from_bytes(compact_signature[32:])
    recoverable = compact_signature[:32] + (packed & (2**255 - 1)).to_bytes(32, "big") + bytes([packed >> 255])
    try:
        key = coincurve.PublicKey.from_signature_and_message(recoverable, digest, hasher=None)
    except Exception as failure:
        raise SignatureUnreadable("no key fits") from failure
    return address_of(key.format(compressed=False)[1:])


def checked_p256(signature: bytes, public_key: bytes, digest: bytes) -> bytes:
    """The P-256 signature r ‖ s as 64 bytes with low s, if ``public_key`` (x ‖ y) made it over ``digest``.

    About half of WebCrypto's are high-s, which the contract refuses. Raises SignatureUnreadable.
    """
    if len(signature) != COMPACT_BYTES or len(public_key) != POINT_BYTES:
        raise SignatureUnreadable("a P-256 signature and its key have 64 bytes each")
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + public_key)
        key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    except (ValueError, InvalidSignature) as failure:
        raise SignatureUnreadable("the key did not sign this") from failure
    return signature[:32] + min(s, P256_N - s).to_bytes(32, "big")


@dataclass(frozen=True, slots=True)
class Record:
    """A signed payment as it goes into a batch. ``public_key`` is empty for secp256k1."""

    message: PaymentMessage
    scheme: Scheme
    signature: bytes
    public_key: bytes = b""

    def packed(self) -> bytes:
        """80 bytes, or 144 with a P-256 key. Raises SignatureUnreadable: of another length it would shift all that follow."""
        if len(self.signature) != COMPACT_BYTES or len(self.public_key) not in {0, POINT_BYTES}:
            raise SignatureUnreadable("a signature and a key have 64 bytes each")
        return (
            self.signature
            + self.message.amount.to_bytes(6, "big")
            + self.message.nonce.to_bytes(5, "big")
            + self.message.expires.to_bytes(5, "big")
            + self.public_key
        )


def packed_batch(records: Sequence[Record]) -> bytes:
    """The ``payments`` of settle(): groups (payee 20, scheme 1, count 2), each before its records; records of a group are adjacent."""
    packed = bytearray()
    for (payee, scheme), group in groupby(records, key=lambda record: (record.message.payee, record.scheme)):
        members = list(group)
        packed += bytes.fromhex(payee[2:]) + bytes([scheme]) + len(members).to_bytes(2, "big")
        packed += b"".join(record.packed() for record in members)
    return bytes(packed)


def call(signature: str, *arguments: Any) -> bytes:
    """Calldata of a function, e.g. ``call("pause()")``: its selector and the encoded arguments."""
    types = _types(signature)
    return keccak(signature.encode())[:4] + abi_encode(types, arguments)


def constructor_arguments(types: Sequence[str], *arguments: Any) -> bytes:
    """What follows the creation code."""
    return abi_encode(types, arguments)


def created_address(*, sender: str, nonce: int) -> str:
    """Where a contract that ``sender`` creates with its transaction ``nonce`` will stand."""
    import rlp  # noqa: PLC0415 - a quarter of a second of a core, for who deploys

    encoded: bytes = rlp.encode([bytes.fromhex(sender[2:]), nonce])
    return "0x" + keccak(encoded)[12:].hex()


def _types(signature: str) -> list[str]:
    """The argument types, with a tuple kept whole: f(bytes32,(address,uint256)[])."""
    types, depth, start = [], 0, signature.index("(") + 1
    for place, letter in enumerate(signature[start:-1] + ",", start):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0 and place > start:
            types.append(signature[start:place])
            start = place + 1
    return types
