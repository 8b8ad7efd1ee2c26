"""The two keys that a city begins with: made and read by the operator's commands alone, in a folder of their own.

No process that serves (web, live, worker, beat) imports this, and each refuses to open that folder.
"""

from __future__ import annotations

import os
from pathlib import Path

import coincurve
from django.conf import settings

from contracts.domain.encoding import Scheme, address_of, typed_digest
from contracts.domain.signing import sign_digest

FOLDER = Path("founding")


def founding_addresses(slug: str) -> tuple[str, str]:
    """The addresses of the city's founding keys, which are made when missing."""
    first, second = (_address(_made(slug, number)) for number in (1, 2))
    return first, second


def sign_with_founding_keys(slug: str, *, domain: bytes, words: bytes) -> tuple[bytes, bytes]:
    """Both founding keys' compact signatures over a struct."""
    digest = typed_digest(domain, words, Scheme.SECP256K1)
    first, second = (sign_digest(_made(slug, number), digest) for number in (1, 2))
    return first, second


def _made(slug: str, number: int) -> bytes:
    file = settings.VAR / FOLDER / f"{slug}-{number}.key"
    if not file.exists():
        file.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(coincurve.PrivateKey().secret)
    return file.read_bytes()


def _address(secret: bytes) -> str:
    return address_of(coincurve.PrivateKey(secret).public_key.format(compressed=False)[1:])
