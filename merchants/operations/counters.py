"""Devices at shops' counters: named, paired by a code that works once, and revoked at once."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import NotFound
from citycoin.foundation.kernel.text import Name, bare
from citycoin.foundation.locks import locked
from merchants.models import Counter, Shop

PAIRING_VALID: Final = timedelta(minutes=10)
# Read aloud and typed on a tablet: no 0, 1, I, L, O, U. 29^8 is 5 · 10^11 for ten minutes of guessing.
LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PAIRING_CHARACTERS: Final = 8
LONGEST_NAME: Final = 40


class PairingRefused(NotFound):
    """The pairing code is unknown, used or too old; which one isn't said."""

    code = "pairing_refused"
    ko = "연결 코드가 맞지 않거나 시간이 지났어요. 사장님 화면에서 새 코드를 받아 주세요."
    en = "The pairing code is wrong or too old. Please get a new one from the owner's page."


@dataclass(frozen=True, slots=True)
class PairingSecret:
    """A counter, and what its device must show: told once, kept as a hash."""

    counter: Counter
    text: str


@commits("add_counter")
def add_counter(*, shop: Shop, name: Name, now: datetime) -> PairingSecret:
    """A device that may be paired within minutes; its owner knows by its name which one to revoke."""
    code = _new_code()
    counter = Counter.objects.create(
        shop=shop,
        name=name,
        pairing_hash=hash_of(code),
        pairing_expires_at=now + PAIRING_VALID,
    )
    return PairingSecret(counter, code)


def renew_pairing(*, counter: Counter, now: datetime) -> PairingSecret:
    """Another code for a device that wasn't paired in time. Raises PairingRefused."""
    code = _new_code()
    waiting = Counter.objects.filter(pk=counter.pk, paired_at=None, revoked_at=None)
    if not waiting.update(pairing_hash=hash_of(code), pairing_expires_at=now + PAIRING_VALID):
        raise PairingRefused
    return PairingSecret(counter, code)


def counter_to_pair(*, city_id: int, code: str, now: datetime) -> Counter:
    """The device that waits for this code. Raises PairingRefused."""
    rows = Counter.objects.select_related("shop").filter(
        pairing_hash=hash_of(plain(code)), shop__city_id=city_id, **_waiting(now)
    )
    found = rows.first()
    if found is None:
        raise PairingRefused
    return found


@commits("pair_counter")
def pair(*, city_id: int, code: str, now: datetime) -> PairingSecret:
    """Pair the device that shows the code; the token is its cookie's. Raises PairingRefused, the second time, too."""
    waiting = counter_to_pair(city_id=city_id, code=code, now=now)
    counter = locked(Counter.objects.filter(pk=waiting.pk, **_waiting(now))).first()
    if counter is None:
        raise PairingRefused
    token = secrets.token_urlsafe(32)
    counter.token_hash, counter.paired_at = hash_of(token), now
    counter.save(update_fields=["token_hash", "paired_at"])
    counter.shop = waiting.shop
    return PairingSecret(counter, token)


def revoke(*, counter: Counter, now: datetime) -> None:
    """The device is no counter of the shop any more; its next request is refused."""
    Counter.objects.filter(pk=counter.pk, revoked_at=None).update(revoked_at=now)


def hash_of(secret: str) -> bytes:
    """What the database keeps of a code or token."""
    return hashlib.sha256(secret.encode()).digest()


def plain(code: str) -> str:
    """The code as it was made, from what somebody typed or pasted."""
    return bare(code).upper()


def _waiting(now: datetime) -> dict[str, object]:
    return {"paired_at": None, "revoked_at": None, "pairing_expires_at__gt": now}


def _new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(PAIRING_CHARACTERS))
