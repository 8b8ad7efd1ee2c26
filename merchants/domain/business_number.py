"""The Korean business registration number (사업자등록번호): ten digits, the last a check digit."""

from typing import Final

from citycoin.foundation.kernel.text import bare

DIGITS: Final = "0123456789"
WEIGHTS: Final = (1, 3, 7, 1, 3, 7, 1, 3, 5)
# Its check digit is right, and no tax office has given it to anybody.
NOBODYS: Final = "0" * 10


def digits_of(text: str) -> str:
    """What was typed or pasted, without what stands between the digits: ``123-45-67890``."""
    return bare(text)


def check_digit(nine: str) -> int:
    """The tenth digit of the first nine (National Tax Service's algorithm)."""
    digits = [DIGITS.index(digit) for digit in nine]
    total = sum(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) + digits[8] * 5 // 10
    return -total % 10


def is_business_number(text: str) -> bool:
    """Whether these are ten ASCII digits with the right last one, and not all zero."""
    if len(text) != len(NOBODYS) or not text.isascii() or not text.isdigit():
        return False
    return text != NOBODYS and text[9] == str(check_digit(text[:9]))
