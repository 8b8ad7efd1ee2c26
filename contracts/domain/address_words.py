"""An address as words that two people can compare aloud: the same six words wherever it is shown.

The words are of BIP39's lists, Korean and English, as eth-account ships them: 2,048 words a list, so 11 bits a word. Six of
them are the first 66 bits of SHA-256 over the 20 bytes of the address. Another address with the same six is found, on average,
after 2^66 tries, each of which takes a key of its own; a look at the eight digits beside them adds 32 bits.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Final
from unicodedata import normalize

from citycoin.foundation.bilingual import Words

WORDS: Final = 6
BITS_A_WORD: Final = 11
_LISTS: Final = "eth_account/hdaccount/wordlist"
_DIGITS_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class ComparedAddress:
    """An address, its words, and the beginning and end of its digits."""

    address: str
    words: Words
    short: str


def compared(address: str) -> ComparedAddress:
    """What two people compare of an address (0x and 40 hex digits, in any case)."""
    places = _places(address)
    ko, en = (" ".join(words[each] for each in places) for words in (word_list("korean"), word_list("english")))
    digits = address.removeprefix("0x").lower()
    return ComparedAddress(address, Words(ko, en), f"0x{digits[:_DIGITS_SHOWN]}…{digits[-_DIGITS_SHOWN:]}")


@cache
def word_list(language: str) -> tuple[str, ...]:
    """BIP39's 2,048 words of a language, each composed as people type it. Only the file is read: the package takes long to import."""
    file = Path(str(distribution("eth-account").locate_file(f"{_LISTS}/{language}.txt")))
    return tuple(normalize("NFC", file.read_text(encoding="utf-8")).split())


def word_lists() -> Words:
    """All words of both languages, a space between them, for a browser that finds an address's words by itself."""
    return Words(" ".join(word_list("korean")), " ".join(word_list("english")))


def _places(address: str) -> list[int]:
    hashed = int.from_bytes(hashlib.sha256(bytes.fromhex(address.removeprefix("0x"))).digest())
    kept = hashed >> (256 - WORDS * BITS_A_WORD)
    return [kept >> (BITS_A_WORD * (WORDS - 1 - place)) & (2**BITS_A_WORD - 1) for place in range(WORDS)]
