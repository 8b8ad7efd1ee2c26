"""The Korean business registration number (사업자등록번호): ten digits, the last a check digit."""

from typing import Final

WEIGHTS: Final = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def digits_of(text: str) -> str:
    """What was typed, without the hyphens and spaces that people put in: ``123-45-67890``."""
    return "".join(text.split()).replace("-", "")


def check_digit(nine: str) -> int:
    """The tenth digit of the first nine (National Tax Service's algorithm)."""
    digits = [int(digit) for digit in nine]
    total = sum(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) + digits[8] * 5 // 10
    return -total % 10


def is_business_number(text: str) -> bool:
    """Whether these are ten ASCII digits with the right last one."""
    return len(text) == len(WEIGHTS) + 1 and text.isascii() and text.isdigit() and int(text[9]) == check_digit(text[:9])
