"""Somebody's authenticator in software: it makes passkeys and says yes by them, as the standard writes both, and can be made to lie."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

from tests.outside import Json

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text_of(data: bytes) -> str:
    """Base64url, as browsers write bytes into JSON."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """The other way."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(slots=True)
class SoftPasskey:
    """One passkey, and how often it was used; ``counts`` where it counts at all, which those that are synchronised don't."""

    origin: str
    counts: bool = True
    count: int = 0
    user_handle: bytes = b""
    flags: int = PRESENT | VERIFIED
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def used_more(self) -> SoftPasskey:
        """The same one after many further uses, to be changed without changing this one."""
        return replace(self, count=self.count + 100)

    def made(self, options: Json, *, fmt: str = "none", public_key: bytes = b"") -> Json:
        """What a browser sends of the new passkey."""
        self.user_handle = bytes_of(options["user"]["id"])
        data = self._authenticator_data(options["rp"]["id"], ATTESTED) + bytes(16)
        data += len(self.credential_id).to_bytes(2, "big") + self.credential_id + (public_key or self._public_key())
        return {
            "id": text_of(self.credential_id),
            "client_data": self._client_data("webauthn.create", options["challenge"]),
            "attestation": text_of(encode_cbor({"fmt": fmt, "attStmt": {}, "authData": data})),
            "transports": ["internal", "hybrid"],
        }

    def yes(self, options: Json, *, host: str = "") -> Json:
        """What a browser sends when its person has said yes to these options."""
        if self.counts:
            self.count += 1
        data = self._authenticator_data(host or options["rpId"])
        client_data = self._client_data("webauthn.get", options["challenge"])
        signed = data + hashlib.sha256(bytes_of(client_data)).digest()
        return {
            "id": text_of(self.credential_id),
            "client_data": client_data,
            "authenticator_data": text_of(data),
            "signature": text_of(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "user_handle": text_of(self.user_handle),
        }

    def _client_data(self, kind: str, challenge: str) -> str:
        return text_of(json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode())

    def _authenticator_data(self, host: str, flags: int = 0) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([self.flags | flags]) + self.count.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        """COSE: an EC key of P-256 for ES256."""
        at = self.key.public_key().public_numbers()
        return bytes(encode_cbor({1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32, "big"), -3: at.y.to_bytes(32, "big")}))
