"""Korean first, English complete: a sentence is written in both languages where it is said."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import get_language


class Words(NamedTuple):
    """A sentence in both languages."""

    ko: str
    en: str

    def __str__(self) -> str:
        """In the reader's language."""
        return chosen(self.ko, self.en)


def is_korean() -> bool:
    """Whether the reader reads Korean: always, unless the browser or the person asked for English."""
    return get_language() != "en"


def chosen(ko: str, en: str) -> str:
    """The one that the reader reads."""
    return ko if is_korean() else en
