"""What somebody sends from their account to one of the bank's numbers, and which of it the bank doesn't make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

# The bank's numbers have fourteen digits: its own three, the customer's three, and eight. The first of a customer's numbers is
# their account; all others are virtual, and lead there.
OURS: Final = "941"
NUMBER_DIGITS: Final = 14
CUSTOMER_DIGITS: Final = 6
ACCOUNT_ENDING: Final = "00000001"
NOBODY_ENDING: Final = "99999999"
LARGEST_TRANSFER: Final = 2**48 - 1
LONGEST_NAME: Final = 70


class TransferRefused(Exception):
    """The bank doesn't make this transfer; the text says why."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """What somebody wants to send from their account to one of the bank's numbers. ``asked_as`` is their own id of it."""

    asked_as: str
    name: str
    bank: str
    number: str
    to: str
    amount: int
    booked_at: datetime | None = None


def refuse(transfer: Transfer) -> None:
    """Raise TransferRefused for a number that the bank doesn't have, or an amount that it doesn't move."""
    if not (transfer.to.isascii() and transfer.to.isdigit() and len(transfer.to) == NUMBER_DIGITS):
        raise TransferRefused(f"a number has {NUMBER_DIGITS} digits")
    if not transfer.to.startswith(OURS) or transfer.to.endswith(ACCOUNT_ENDING):
        raise TransferRefused("the bank has no such number")
    if not 1 <= transfer.amount <= LARGEST_TRANSFER:
        raise TransferRefused(f"from 1 to {LARGEST_TRANSFER} won can be sent")
    if not 1 <= len(transfer.name) <= LONGEST_NAME or not transfer.name.isprintable():
        raise TransferRefused(f"a name has up to {LONGEST_NAME} characters that can be read")
    if not re.fullmatch(r"[0-9]{3}", transfer.bank) or not re.fullmatch(r"[0-9]{0,30}", transfer.number):
        raise TransferRefused("a bank has three digits, and an account up to thirty")
