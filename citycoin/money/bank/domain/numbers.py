"""Numbers of virtual accounts: the prefix that the bank gave the city, digits of our own, and a check digit."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# After its time a number is nobody else's for so long: a transfer that comes late is still known.
DIGITS: Final = "0123456789"
KEPT_FOR: Final = timedelta(days=90)


def check_digit(digits: str) -> str:
    """The digit that makes the sum of Luhn's rule (ISO/IEC 7812-1, annex B) a multiple of ten.

    A number with one wrong digit, or with two neighbours exchanged (but 09 and 90), is no number of ours.
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = DIGITS.index(digit)
        doubled = value * 2 if place % 2 == 0 else value
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - the sum of its two digits
    return str(-total % 10)


def virtual_number(prefix: str, serial: int, *, digits: int) -> str:
    """The number with this serial, ``digits`` long."""
    body = prefix + str(serial).zfill(digits - len(prefix) - 1)
    return body + check_digit(body)


def serials(prefix: str, *, digits: int) -> int:
    """How many numbers there are."""
    most: int = 10 ** (digits - len(prefix) - 1)
    return most
