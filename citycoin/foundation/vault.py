"""Seals secrets, so that a dump of the database holds no usable key. The key that seals lies outside the database."""

import hashlib
import hmac
import os
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE_BYTES = 12
KEY_BYTES = 32
OWNER_ONLY = 0o600


class SealBroken(Exception):
    """The sealed bytes are not what was sealed for this owner."""


@cache
def _key_encryption_key(file: Path) -> bytes:
    try:
        mode = file.stat().st_mode & 0o777
    except FileNotFoundError:
        raise ImproperlyConfigured(f"the key-encryption key is missing: {file.name}") from None
    if mode != OWNER_ONLY:
        raise ImproperlyConfigured(f"the key-encryption key {file.name} has mode {mode:04o}; it must be 0600")
    key = file.read_bytes()
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"the key-encryption key {file.name} has {len(key)} bytes; it must have 32")
    return key


def open_vault() -> None:
    """Read the key-encryption key, or refuse to start. Raises ImproperlyConfigured."""
    _key_encryption_key(settings.KEY_ENCRYPTION_KEY_FILE)


def seal(secret: bytes, *, owner: str) -> bytes:
    """``secret`` under AES-256-GCM with ``owner`` as associated data: nonce 12 bytes, then ciphertext and tag."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_key_encryption_key(settings.KEY_ENCRYPTION_KEY_FILE)).encrypt(nonce, secret, owner.encode())


def unseal(sealed: bytes, *, owner: str) -> bytes:
    """The secret that was sealed for ``owner``. Raises SealBroken for another's, or for changed bytes."""
    try:
        return AESGCM(_key_encryption_key(settings.KEY_ENCRYPTION_KEY_FILE)).decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], owner.encode()
        )
    except InvalidTag:
        raise SealBroken(owner) from None


def fingerprint(secret: str, *, owner: str) -> bytes:
    """32 bytes that recognise ``secret`` (a PIN) and can't be searched for without the key outside the database."""
    key = hashlib.sha256(b"fingerprint" + _key_encryption_key(settings.KEY_ENCRYPTION_KEY_FILE)).digest()
    return hmac.digest(key, f"{owner}\0{secret}".encode(), "sha256")
