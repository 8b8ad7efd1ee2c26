"""Text as people type and paste it: what is stored, what is compared, and the numbers that are read from it.

Stored is NFC, trimmed, with single spaces; compared is NFKC, case-folded, without characters that nobody sees (as
definition D146 in chapter 3.13 of the Unicode Standard).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, tzinfo
from typing import Final

from citycoin.foundation.kernel.errors import Malformed

LONGEST_NAME: Final = 60
# What a row's number and a number in an address have at most: each fits into 64 bits.
MOST_DIGITS: Final = 18
# The days that pages and rules speak of; the calendar's own ends overflow as soon as a zone or a day is added.
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
LONGEST_MOMENT: Final = 40

ZWNJ, ZWJ, EMOJI_STYLE, TORN = "\u200c", "\u200d", "\ufe0f", "\ufffd"
VIRAMA: Final = 9  # the combining class of signs that join letters, as in Devanagari
# Letters and symbols that draw nothing: the fillers of Hangul and an empty Braille cell.
BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Marks that draw nothing by themselves: the grapheme joiner, vowels of Khmer, selectors of Mongolian and of all others.
UNSEEN_MARKS: Final = frozenset(
    map(chr, [0x34F, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
)
# What keyboards and word processors put for a dash: a minus, a vowel of Korean or Japanese, a line of a box.
LIKE_DASHES: Final = frozenset("\u2212\u207b\u208b\u3161\u1173\uffda\u30fc\uff70\u2500\u2501\u2043")
_NO_TEXT: Final = re.compile("[\x00\ud800-\udfff]")
_DIGITS: Final = re.compile(rf"[0-9]{{1,{MOST_DIGITS}}}")
_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})")


class NameWrong(Malformed):
    """Not a name that people can read; ``details`` say why (``reason``) and how many characters it may have."""

    code = "name_wrong"
    ko = "이름은 눈에 보이는 글자로 한 줄에 짧게 적어 주세요. 보이지 않는 문자와 줄바꿈은 쓸 수 없어요."
    en = "Please write a short name in letters, on one line, without characters that can't be seen."


class Name(str):
    """What a shop, a device, a person or a programme is called, as it is stored. Raises NameWrong.

    There are letters in it, and no control, format or private characters but the joiners that emoji and scripts need.
    """

    __slots__ = ()

    def __new__(cls, text: str, *, longest: int = LONGEST_NAME) -> Name:
        """From what somebody typed; ``longest`` counts characters of the stored form."""
        name = _spaced(unicodedata.normalize("NFC", text))
        if len(name) > longest:
            raise NameWrong(reason="too long", longest=longest)
        for place, character in enumerate(name):
            if not _is_written(name, place):
                raise NameWrong(reason=f"U+{ord(character):04X} at {place + 1}", longest=longest)
        if not any(unicodedata.category(each).startswith("L") for each in name):
            raise NameWrong(reason="no letters", longest=longest)
        return super().__new__(cls, name)


def sentence(text: str) -> str:
    """What somebody says, as it is stored: NFC, trimmed, line breaks kept, without characters that nobody sees."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").split("\n")
    seen = ("".join(line[place] for place in range(len(line)) if _is_written(line, place)) for line in lines)
    return "\n".join(map(_spaced, seen)).strip()


def comparable(text: str) -> str:
    """What two spellings of one text have in common."""
    text = unicodedata.normalize("NFD", "".join(each for each in text if not _is_unseen(each)))
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text.casefold())
    return " ".join(text.split())


def visible(text: str) -> str:
    """Pasted text without the format characters that came along, each kind of space a plain one, trimmed."""
    return _spaced("".join(each for each in text if unicodedata.category(each) != "Cf"))


def bare(text: str) -> str:
    """A pasted number or code without what stands between and around its characters, full width made plain."""
    return unicodedata.normalize("NFKC", "".join(each for each in text if not _is_between(each)))


def six_digits(text: str) -> str | None:
    """A one-time code as it was pasted (``123 456``, ``１２３-４５６``); None for what can't be one."""
    digits = bare(text)
    return digits if re.fullmatch(r"[0-9]{6}", digits) else None


def whole_number(text: str, *, most: int = 10**MOST_DIGITS - 1) -> int | None:
    """The number that ASCII digits say, up to ``most``; None for anything else. The one way from text to a number."""
    if not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if number <= most else None


def day_of(text: str) -> date | None:
    """The day that ``2026-11-29`` names, from FIRST_DAY to LAST_DAY; None for anything else."""
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def moment_of(text: str, *, zone: tzinfo) -> datetime | None:
    """The moment that ``2026-11-29T15:07:00+09:00`` names, on a day from FIRST_DAY to LAST_DAY; None for anything else.

    One that names no zone is of ``zone``.
    """
    try:
        moment = datetime.fromisoformat(text) if len(text) <= LONGEST_MOMENT else None
    except ValueError:
        return None
    if moment is None or not FIRST_DAY <= moment.date() <= LAST_DAY:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def first_day_of_month(text: str) -> date | None:
    """The first day of the month that ``2026-11`` names; None for anything else."""
    return day_of(f"{text}-01") if _MONTH.fullmatch(text) else None


def is_text(text: str) -> bool:
    """Whether a database and an answer can hold it: no NUL, no half of a character."""
    return not _NO_TEXT.search(text)


def as_text(text: str) -> str:
    """What is no text replaced by U+FFFD, as decoders do; no name holds that."""
    return _NO_TEXT.sub(TORN, text)


def _is_between(character: str) -> bool:
    """Whether it only parts a number's characters, or came along with them."""
    return character.isspace() or character in LIKE_DASHES or unicodedata.category(character) in {"Pd", "Cf"}


def _spaced(text: str) -> str:
    """Trimmed; each run of spaces of any width is one plain space. What breaks a line is no space."""
    return re.sub(" +", " ", "".join(" " if unicodedata.category(each) == "Zs" else each for each in text)).strip(" ")


def _is_unseen(character: str) -> bool:
    """Whether it draws nothing: a format or control character, a filler, a selector. A space isn't one."""
    if character in BLANK or character in UNSEEN_MARKS:
        return True
    return unicodedata.category(character) in {"Cf", "Cc"} and not character.isspace()


def _is_written(text: str, place: int) -> bool:
    """Whether the character there may stand in a text that people read."""
    character = text[place]
    if character in {ZWNJ, ZWJ}:
        return _joins(text[:place], text[place + 1 :])
    if character in BLANK or character == TORN:
        return False
    category = unicodedata.category(character)
    return category not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} and not _is_noncharacter(ord(character))


def _is_noncharacter(code: int) -> bool:
    """Code points that are never a character, and the plane of tags, which draws nothing (its selectors aside)."""
    is_end_of_plane, is_of_arabic_forms = code & 0xFFFE == 0xFFFE, 0xFDD0 <= code <= 0xFDEF  # noqa: PLR2004 - Unicode's
    is_tag = 0xE0000 <= code <= 0xE0FFF and chr(code) not in UNSEEN_MARKS  # noqa: PLR2004 - Unicode's own numbers
    return is_end_of_plane or is_of_arabic_forms or is_tag


def _joins(before: str, after: str) -> bool:
    """Whether a joiner between the two is one that an emoji or a script needs (RFC 5892, appendix A, made simpler)."""
    if not before or not after:
        return False
    if VIRAMA in {unicodedata.combining(before[-1]), unicodedata.combining(after[0])}:
        return True
    letters = before.rstrip("".join({each for each in before if unicodedata.category(each) == "Mn"}))
    if letters and all(unicodedata.bidirectional(each) == "AL" for each in (letters[-1], after[0])):
        return True
    return _is_pictured(before.removesuffix(EMOJI_STYLE)[-1:]) and _is_pictured(after[0])


def _is_pictured(character: str) -> bool:
    """Whether an emoji may be made of it: a symbol, or one that is newer than our tables."""
    return character > "\xff" and unicodedata.category(character) in {"So", "Sk", "Sm", "Cn"}
