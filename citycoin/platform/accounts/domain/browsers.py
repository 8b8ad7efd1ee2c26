"""A browser in words, from what it says of itself. For a person to know their own again; nothing is decided by it."""

from __future__ import annotations

from typing import Final

from citycoin.foundation.bilingual import Words

# The first that fits: most of them also say that they are Chrome or Safari.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Whale", "Whale"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
UNKNOWN: Final = Words("알 수 없는 브라우저", "An unknown browser")


def browser_of(agent: str) -> Words:
    """``Chrome · Windows``, from a User-Agent."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), None)
    if browser is None:
        return UNKNOWN
    system = next((name for mark, name in _SYSTEMS if mark in agent), None)
    named = f"{browser} · {system}" if system else browser
    return Words(named, named)
