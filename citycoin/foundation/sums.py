"""Sums of won as people read them: to the won, short, or as one number beside a scale."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from citycoin.foundation.bilingual import Words

MAN: Final = 10**4
EOK: Final = 10**8
JO: Final = 10**12
# Below it a sum is short enough as it is.
FIRST_SHORTENED: Final = 10**6
# From this sum on, and what is said then; Korean has numerals of its own.
_SHORT: Final = (
    (10**12, Words("{korean}", "{sign}₩{number} trillion")),
    (10**9, Words("{korean}", "{sign}₩{number} billion")),
    (10**6, Words("{korean}", "{sign}₩{number} million")),
)
# From this sum on, the unit to count in, and its name.
_SCALES_KO: Final = ((JO, JO, "조"), (EOK, EOK, "억"), (10 * MAN, MAN, "만"), (0, 1, ""))
_SCALES_EN: Final = ((10**12, 10**12, "tn"), (10**9, 10**9, "bn"), (10**6, 10**6, "m"), (10**4, 10**3, "k"), (0, 1, ""))


def exact_won(amount: int) -> Words:
    """``52,000원`` and ``₩52,000``; a minus is a minus sign."""
    return Words(f"{_sign(amount)}{abs(amount):,}원", f"{_sign(amount)}₩{abs(amount):,}")


def short_won(amount: int, *, unit: bool = True) -> Words:
    """``5억 2,000만 원`` and ``₩520 million``; below a million as ``exact_won``. Without ``unit`` Korean leaves 원 out.

    From a million on a sum is rounded to whole 10,000 won, half a 만 away from zero, so a sum in whole 만 is exact.
    What decides whether won are millions or billions is the rounded sum. Where it matters, the exact sum stands beside.
    """
    if abs(amount) < FIRST_SHORTENED:
        exact = exact_won(amount)
        return exact if unit else Words(exact.ko.removesuffix("원"), exact.en)
    rounded = (abs(amount) + MAN // 2) // MAN * MAN
    said = [
        f"{count:,}{name}"
        for count, name in ((rounded // JO, "조"), (rounded % JO // EOK, "억"), (rounded % EOK // MAN, "만"))
        if count
    ]
    size, words = next((size, words) for size, words in _SHORT if rounded >= size)
    number = f"{Decimal(rounded) / size:,f}"
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    korean = f"{_sign(amount)}{' '.join(said)}{' 원' if unit else ''}"
    return words.filled(korean=korean, sign=_sign(amount), number=number)


def compact_won(amount: int, *, beside: int) -> Words:
    """One number and one unit, ``1.5억`` and ``1.5bn``, in the unit of ``beside``, the largest sum of the picture.

    Rounded to a tenth of the unit, half away from zero.
    """
    return Words(_in_unit(amount, beside, _SCALES_KO), _in_unit(amount, beside, _SCALES_EN))


def _in_unit(amount: int, beside: int, scales: tuple[tuple[int, int, str], ...]) -> str:
    _, size, name = next(scale for scale in scales if abs(beside) >= scale[0])
    tenths = (abs(amount) * 10 + size // 2) // size
    if not tenths:
        return "0"
    whole, tenth = divmod(tenths, 10)
    return f"{_sign(amount)}{whole:,}{f'.{tenth}' if tenth else ''}{name}"


def _sign(amount: int) -> str:
    return "−" if amount < 0 else ""
