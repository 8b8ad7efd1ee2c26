"""Payers' keys of both schemes that sign with the very code that signs, and packs, for the city."""

from __future__ import annotations

import hashlib

import coincurve
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from contracts.domain.encoding import P256_N, PaymentMessage, Record, Scheme, address_of, checked_p256
from contracts.domain.signing import sign_digest


class Key:
    """A key whose secret is the hash of its name, so that an example found once can be played again."""

    scheme: Scheme
    address: str

    def record(self, domain: bytes, message: PaymentMessage) -> Record:
        """The payment as it goes into a batch."""
        raise NotImplementedError


class CityKey(Key):
    """secp256k1, signed by the very code that signs for the city."""

    scheme = Scheme.SECP256K1

    def __init__(self, name: str) -> None:
        self._secret = hashlib.sha256(name.encode()).digest()
        self.address = address_of(coincurve.PrivateKey(self._secret).public_key.format(compressed=False)[1:])

    def record(self, domain: bytes, message: PaymentMessage) -> Record:
        return Record(message, self.scheme, sign_digest(self._secret, message.digest(domain, self.scheme)))


class DeviceKey(Key):
    """P-256; its signatures are brought to the low s as the city does it."""

    scheme = Scheme.P256

    def __init__(self, name: str) -> None:
        secret = int.from_bytes(hashlib.sha256(name.encode()).digest()) % (P256_N - 1) + 1
        self._key = ec.derive_private_key(secret, ec.SECP256R1())
        numbers = self._key.public_key().public_numbers()
        self.point = numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
        self.address = address_of(self.point)

    def record(self, domain: bytes, message: PaymentMessage) -> Record:
        digest = message.digest(domain, self.scheme)
        r, s = decode_dss_signature(self._key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()))))
        signature = checked_p256((r << 256 | s).to_bytes(64, "big"), self.point, digest)
        return Record(message, self.scheme, signature, self.point)
