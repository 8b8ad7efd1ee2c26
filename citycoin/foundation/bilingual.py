"""Korean first, English complete: a sentence is written in both languages where it is said. Others are in catalogues.

A catalogue is a file ``<code>.json`` of ``settings.CATALOGUES``: the English text with its {names}, and what it is called
there. A text that a catalogue doesn't have is said in English. Read once a process.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Final

from django.conf import settings
from django.utils.translation import get_language

# The languages that the code itself is written in.
WRITTEN: Final = ("ko", "en")


class CatalogueWrong(ValueError):
    """A file of a language that can't be used; says which text of it."""


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in both languages, and in the further ones that are installed where its {names} are filled in already."""

    ko: str
    en: str
    others: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __str__(self) -> str:
        """In the reader's language."""
        return self.within(language())

    def within(self, code: str) -> str:
        """In the language of this code."""
        if code == "ko":
            return self.ko
        return self.en if code == "en" else self.others.get(code) or translated(self.en, code)

    def filled(self, **values: object) -> Words:
        """With its {names} filled in; a value that is Words itself is said in the sentence's language."""
        further = [code for code, _ in settings.LANGUAGES if code not in WRITTEN]
        ko, en, *others = (_filled(self.within(code), code, values) for code in (*WRITTEN, *further))
        return Words(ko, en, dict(zip(further, others, strict=True)))


def language() -> str:
    """The code of the language that the reader reads: Korean, unless the browser or the person asked for another."""
    return get_language() or WRITTEN[0]


def is_korean() -> bool:
    """Whether the reader reads Korean."""
    return language() == "ko"


def chosen(ko: str, en: str, **values: object) -> str:
    """The one that the reader reads, with its {names} filled in where values are given."""
    code = language()
    text = Words(ko, en).within(code)
    return _filled(text, code, values) if values else text


def translated(english: str, code: str) -> str:
    """The English text in another language; itself where that language's catalogue doesn't have it."""
    return catalogue(settings.CATALOGUES, code).get(english, english)


@cache
def catalogue(folder: Path, code: str) -> Mapping[str, str]:
    """A language's texts by the English ones; none where there is no file. Raises CatalogueWrong."""
    path = folder / f"{code}.json"
    if not path.is_file():
        return {}
    texts = json.loads(path.read_text())
    if not isinstance(texts, dict) or not all(isinstance(each, str) for each in texts.values()):
        raise CatalogueWrong(f"{path}: a catalogue is one object of texts")
    for english, text in texts.items():
        if names_in(english) != names_in(text):
            raise CatalogueWrong(f"{path}: {text!r} must have the {{names}} of {english!r}")
    return texts


def names_in(text: str) -> frozenset[str]:
    """The {names} of a text that is filled in. Raises CatalogueWrong."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError as wrong:
        raise CatalogueWrong(f"{text!r}: {wrong}") from wrong


def _filled(text: str, code: str, values: Mapping[str, object]) -> str:
    return text.format_map(
        {name: each.within(code) if isinstance(each, Words) else each for name, each in values.items()}
    )
