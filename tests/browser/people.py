"""People of a running system: residents with won, shopkeepers, officials; made by the operations that pages call."""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import pyotp

from citycoin.foundation.waiting import wait_until
from tests.running import RunningSystem

PIN: Final = "240613"
STEP_SECONDS: Final = 30
SLOWEST_SECONDS = 15  # from reading a code to its being judged
_phones = itertools.count(int(time.time()) % 10_000 * 10_000)


def new_phone() -> str:
    """A phone that nobody had in this run."""
    number = f"{next(_phones) % 10**8:08}"
    return f"010-{number[:4]}-{number[4:]}"


@dataclass(slots=True)
class Authenticator:
    """An official's second factor. No code is taken twice, so each is of a later step than the last."""

    secret: str
    _last: int = field(default=0)

    def code(self) -> str:
        """A code that will be taken now: of this step, or of one beside it where that one was used."""
        wait_until(lambda: self._last <= self._now(), timeout_seconds=STEP_SECONDS * 2, what="a new second factor")
        # The step before is taken until this one ends: near its end a page that is slow would come too late with it.
        self._last = max(self._last + 1, (int(time.time()) + SLOWEST_SECONDS) // STEP_SECONDS - 1)
        return pyotp.TOTP(self.secret).at(self._last * STEP_SECONDS)

    @staticmethod
    def _now() -> int:
        return int(time.time()) // STEP_SECONDS


@dataclass(slots=True)
class DemoOfficial:
    """Somebody who works for a city, as var/demo.json says."""

    username: str
    password: str
    authenticator: Authenticator


# One for each secret: it knows which codes were used, whichever module asked for them.
_authenticator_of = cache(Authenticator)


def demo_officials(system: RunningSystem, city: str) -> list[DemoOfficial]:
    """The demo's officials of a city."""
    kept = json.loads((system.var / "demo.json").read_text())[city]["officials"]
    return [DemoOfficial(each["username"], each["password"], _authenticator_of(each["totp"])) for each in kept]
