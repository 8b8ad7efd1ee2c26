"""Phone numbers as Koreans write them; one spelling each."""

from __future__ import annotations

import re
from typing import Final

from citycoin.foundation.kernel.errors import Malformed
from citycoin.foundation.kernel.text import bare

# 010 and the older prefixes; [0-9] and not \d, which takes "٠١٠".
_MOBILE: Final = re.compile(r"01[016789][0-9]{7,8}")
_FROM_ABROAD: Final = re.compile(r"\A(?:\+|00)?820?(?=1)")


class PhoneWrong(Malformed):
    """Not a Korean mobile number."""

    code = "phone_wrong"
    ko = "휴대전화 번호를 010-1234-5678처럼 다시 적어 주세요."
    en = "Please check the mobile number, for example 010-1234-5678."


def digits_of(text: str) -> str:
    """The number's digits, from any usual spelling (+82 10…, 0082…, spaces, dashes of any kind). Raises PhoneWrong."""
    digits = _FROM_ABROAD.sub("0", re.sub(r"[().·]", "", bare(text)), count=1)
    if not _MOBILE.fullmatch(digits):
        raise PhoneWrong
    return digits


def shown(digits: str) -> str:
    """``010-1234-5678``."""
    return f"{digits[:3]}-{digits[3:-4]}-{digits[-4:]}"


def shown_in_part(phone: str) -> str:
    """``010-****-5678`` of ``010-1234-5678``: its owner knows it again; empty for none."""
    return f"{phone[:3]}-****-{phone[-4:]}" if phone else ""


def masked(name: str) -> str:
    """A name that its owner knows again and a stranger doesn't: ``김*포``, ``J***n``."""
    if not name:
        return "*"
    if len(name) <= 2:  # noqa: PLR2004 - the first of two stays
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]
