"""A PIN that somebody chooses: six digits, and not those that anybody tries first."""

from __future__ import annotations

import re
from typing import Final

from citycoin.foundation.kernel.errors import Malformed

_PIN: Final = re.compile(r"[0-9]{6}")
_EASY: Final = ("01234567890", "09876543210")


class PinTooSimple(Malformed):
    """Not six digits, or six that anybody tries first."""

    code = "pin_too_simple"
    ko = "같은 숫자나 이어지는 숫자만이 아닌 숫자 6자리를 골라 주세요."
    en = "Please choose six digits that are not all the same and not in a row."


class PinsDiffer(Malformed):
    """The PIN was typed in two ways."""

    code = "pins_differ"
    ko = "두 번 적은 비밀번호가 서로 달라요. 다시 적어 주세요."
    en = "The two PINs are not the same. Please type them again."


def chosen(pin: str, again: str) -> str:
    """The PIN as it was typed twice. Raises PinTooSimple, PinsDiffer."""
    if not _PIN.fullmatch(pin) or len(set(pin)) == 1 or any(pin in row for row in _EASY):
        raise PinTooSimple
    if pin != again:
        raise PinsDiffer
    return pin
