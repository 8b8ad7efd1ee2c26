"""What a shop types to name its account at a bank, read and refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from citycoin.foundation.kernel.errors import Malformed
from citycoin.foundation.kernel.text import Name, bare
from citycoin.money.payouts.domain.banks import BANKS

LONGEST_HOLDER: Final = 60
LEAST_DIGITS, MOST_DIGITS = 8, 16
SHOWN_DIGITS: Final = 4


class AccountNumberWrong(Malformed):
    """No bank's list has it, or it isn't 8 to 16 digits."""

    code = "account_number_wrong"
    ko = "계좌를 읽지 못했어요. 바뀐 것은 없어요. 은행을 고르고 계좌 번호를 숫자 8~16자리로 적어 주세요."
    en = "The account could not be read. Nothing was changed. Please choose the bank and type the number, 8 to 16 digits."


@dataclass(frozen=True, slots=True)
class NamedAccount:
    """A bank by its three digits, a number there, and whose it is."""

    bank: str
    number: str
    holder: str

    @classmethod
    def typed(cls, *, bank: str, number: str, holder: str) -> Self:
        """As a person types it, with hyphens and spaces. Raises AccountNumberWrong, NameWrong."""
        digits = bare(number).replace("-", "")
        is_number = digits.isascii() and digits.isdigit() and LEAST_DIGITS <= len(digits) <= MOST_DIGITS
        if bank not in BANKS or not is_number:
            raise AccountNumberWrong
        return cls(bank, digits, Name(holder, longest=LONGEST_HOLDER))


def in_part(number: str) -> str:
    """What a page shows of it: the last four digits."""
    return "•" * (len(number) - SHOWN_DIGITS) + number[-SHOWN_DIGITS:]
