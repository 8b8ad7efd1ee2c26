"""Gas that each of our transactions may use: upper bounds, in one table.

What they really cost is measured by `./city bench gas`, and that a bound suffices by the tests that send them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from contracts.domain.encoding import Scheme

TRANSFER_OF_ETHER: Final = 21_000
DEPLOYMENT: Final = 8_000_000
DECISION: Final = 500_000
PROGRAMME: Final = 200_000
PAUSE: Final = 100_000
FLAG: Final = 100_000
REGISTRATION: Final = 80_000
REGISTERED_KEY: Final = 40_000
# A recipient costs some 10,900, whether or not they have won already: registering wrote their slot.
ISSUE: Final = 200_000
RECIPIENT: Final = 15_000
# A burn costs two events and a write to the treasury's slot, which the first has warmed.
REDEMPTION: Final = 150_000
REDEEMED: Final = 10_000
# The worst record of a scheme. A batch is filled by this formula, never by a count of records.
BATCH: Final = 100_000
GROUP: Final = 30_000
RECORD: Final = {Scheme.SECP256K1: 22_000, Scheme.P256: 30_000}


def of_registration(keys: int) -> int:
    """Of a list of so many new keys."""
    return REGISTRATION + REGISTERED_KEY * keys


def of_issue(recipients: int) -> int:
    """Of an issue to so many."""
    return ISSUE + RECIPIENT * recipients


def of_redemption(payouts: int) -> int:
    """Of a burn of what so many payouts brought."""
    return REDEMPTION + REDEEMED * payouts


def of_batch(records: Iterable[tuple[str, Scheme]]) -> int:
    """Of a batch with these records, each by its payee and scheme: records of both alike share a group."""
    listed = list(records)
    return BATCH + GROUP * len(set(listed)) + sum(RECORD[scheme] for _, scheme in listed)
