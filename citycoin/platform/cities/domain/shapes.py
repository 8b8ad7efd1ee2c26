"""What an attribute of a drawing may say: each kind of value is read, bounded, and written anew in one form."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

Reader = Callable[[str], str]

# Further out nothing is seen in a drawing of some hundred units.
LARGEST_NUMBER: Final = 100_000
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_BETWEEN: Final = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")
_COLOUR: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_REFERENCE: Final = re.compile(r"url\(#([A-Za-z][A-Za-z0-9_-]{0,39})\)")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_MOVE: Final = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)[ \t\r\n]*\(([^()]*)\)")
_NUMBERS_OF_A_MOVE: Final = {
    "matrix": {6},
    "translate": {1, 2},
    "scale": {1, 2},
    "rotate": {1, 3},
    "skewX": {1},
    "skewY": {1},
}
# How many numbers each command of a path takes (SVG 2, chapter 9.3); the fourth and fifth of an arc are flags of one digit.
_NUMBERS_OF_A_STEP: Final = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "s": 4, "q": 4, "t": 2, "a": 7, "z": 0}
_FLAGS_OF_AN_ARC: Final = {3, 4}


class ValueWrong(ValueError):
    """An attribute's value is none of its kind; the message says which kind is needed."""


def number(text: str) -> str:
    """A number without an exponent, to a thousandth."""
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueWrong(f"a number of plain digits is needed, not {_short(text)}")
    return _written(text.strip())


def positive(text: str) -> str:
    """A number that isn't below zero."""
    written = number(text)
    if written.startswith("-"):
        raise ValueWrong(f"a number from zero up is needed, not {_short(text)}")
    return written


def share(text: str) -> str:
    """From 0 to 1, or as much per cent."""
    plain = text.strip()
    written = number(plain.removesuffix("%"))
    if not 0 <= Decimal(written) <= (100 if plain.endswith("%") else 1):
        raise ValueWrong(f"a number from 0 to 1 is needed, not {_short(text)}")
    return written + ("%" if plain.endswith("%") else "")


def place(text: str) -> str:
    """A number, or one per cent."""
    plain = text.strip()
    return number(plain.removesuffix("%")) + ("%" if plain.endswith("%") else "")


def numbers(text: str) -> str:
    """Numbers with spaces or commas between them."""
    return " ".join(_list(text))


def points(text: str) -> str:
    """Pairs of numbers."""
    found = _list(text)
    if not found or len(found) % 2:
        raise ValueWrong("pairs of numbers are needed")
    return " ".join(found)


def box(text: str) -> str:
    """Four numbers, of which the last two are above zero."""
    found = _list(text)
    if len(found) != 4 or min(Decimal(found[2]), Decimal(found[3])) <= 0:  # noqa: PLR2004 - x, y, width, height
        raise ValueWrong(f"x, y, a width and a height are needed, not {_short(text)}")
    return " ".join(found)


def dashes(text: str) -> str:
    """``none``, or lengths from zero up."""
    if text.strip() == "none":
        return "none"
    found = _list(text)
    if not found or any(each.startswith("-") for each in found):
        raise ValueWrong(f"lengths from zero up are needed, not {_short(text)}")
    return " ".join(found)


def colour(text: str) -> str:
    """``#rgb``, ``#rrggbb``, ``none`` or ``currentColor``."""
    plain = text.strip()
    if plain in {"none", "currentColor"}:
        return plain
    if not _COLOUR.fullmatch(plain):
        raise ValueWrong(f"#rrggbb, none, currentColor or url(#a gradient of this file) is needed, not {_short(text)}")
    digits = plain[1:].lower()
    return f"#{digits}" if len(digits) == 6 else "#" + "".join(2 * each for each in digits)  # noqa: PLR2004 - rrggbb


def paint(text: str) -> str:
    """A colour, or a gradient of the same file."""
    return text.strip() if _REFERENCE.fullmatch(text.strip()) else colour(text)


def referred(value: str) -> str | None:
    """The id of the gradient that a written value names."""
    found = _REFERENCE.fullmatch(value)
    return found[1] if found else None


def name(text: str) -> str:
    """An id."""
    if not _NAME.fullmatch(text):
        raise ValueWrong(f"1 to 40 plain letters, digits and hyphens are needed, not {_short(text)}")
    return text


def one_of(*words: str) -> Reader:
    """One of some words."""

    def chosen(text: str) -> str:
        if text.strip() not in words:
            raise ValueWrong(f"{' or '.join(words)} is needed, not {_short(text)}")
        return text.strip()

    return chosen


def moves(text: str) -> str:
    """``translate(1 2) rotate(3)`` and the like."""
    written, at = [], _BETWEEN.match(text).end()  # type: ignore[union-attr] # it matches the empty text, too
    while at < len(text):
        found = _MOVE.match(text, at)
        if not found:
            raise ValueWrong(f"translate, scale, rotate, skewX, skewY or matrix is needed, not {_short(text[at:])}")
        said = _list(found[2])
        if len(said) not in _NUMBERS_OF_A_MOVE[found[1]]:
            raise ValueWrong(f"{found[1]} takes another count of numbers")
        written.append(f"{found[1]}({' '.join(said)})")
        at = _past(text, found.end())
    return " ".join(written)


def path(text: str) -> str:
    """The steps of a path, which begins with a move."""
    written: list[str] = []
    at = _past(text, 0)
    while at < len(text):
        command = text[at]
        if command.lower() not in _NUMBERS_OF_A_STEP or (not written and command not in "Mm"):
            raise ValueWrong(f"a path's command is needed, not {_short(text[at:])}")
        steps, at = _steps(text, _past(text, at + 1), command.lower())
        written.append(command + " ".join(steps))
    return "".join(written)


def _steps(text: str, at: int, command: str) -> tuple[list[str], int]:
    """The numbers after a command, of one step or of several; where the next command begins."""
    count, found = _NUMBERS_OF_A_STEP[command], list[str]()
    while at < len(text) and not text[at].isalpha():
        if command == "a" and len(found) % count in _FLAGS_OF_AN_ARC:
            if text[at] not in "01":
                raise ValueWrong(f"an arc's flag is 0 or 1, not {_short(text[at:])}")
            found.append(text[at])
            at = _past(text, at + 1)
            continue
        each = _NUMBER.match(text, at)
        if not each:
            raise ValueWrong(f"a number is needed, not {_short(text[at:])}")
        found.append(_written(each[0]))
        at = _past(text, each.end())
    if (len(found) % count or not found) if count else found:
        raise ValueWrong(f"the command {command} takes {count} numbers, not {len(found)}")
    return found, at


def _list(text: str) -> list[str]:
    found, at = [], _past(text, 0)
    while at < len(text):
        each = _NUMBER.match(text, at)
        if not each:
            raise ValueWrong(f"a number is needed, not {_short(text[at:])}")
        found.append(_written(each[0]))
        at = _past(text, each.end())
    return found


def _past(text: str, at: int) -> int:
    """Where the next thing begins."""
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _written(digits: str) -> str:
    if len(digits) > 20 or abs(Decimal(digits)) > LARGEST_NUMBER:  # noqa: PLR2004 - longer than any that is seen
        raise ValueWrong(f"a number up to {LARGEST_NUMBER} is needed, not {_short(digits)}")
    written = f"{Decimal(digits):.3f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _short(text: str) -> str:
    """The beginning of what stood there, as a message may show it."""
    return ascii(text[:24] + ("…" if len(text) > 24 else ""))  # noqa: PLR2004 - enough to find it by
