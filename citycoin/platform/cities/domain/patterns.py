"""What a city is drawn with that gives no drawings: colours, rings and an emblem, from its name and always the same."""

from __future__ import annotations

import math
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.platform.cities.domain.colours import WHITE
from citycoin.platform.cities.domain.tones import tone_of

SAYS: Final = Words("도시의 이름으로 그린 동심원 무늬", "rings drawn from the city's name")

_CHROMA: Final = 0.085
_LUMINANCE: Final = 0.085  # white on it has some 7.8:1
_FIRST_SYLLABLE, _LAST_SYLLABLE, _SYLLABLES_OF_A_LETTER = "가", "힣", 588  # of Hangul in Unicode, chapter 3.12
# The first letters in Unicode's order; a doubled one is drawn as the plain one.
_LETTERS: Final = "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ"
_STROKES: Final = {
    "ㄱ": "M15 15h18c0 8-1.5 14-4 19",
    "ㄴ": "M15.5 14v18.5h18",
    "ㄷ": "M33 15.5h-17.5v17h17.5",
    "ㄹ": "M15 14h18v9.5h-18v10h18.5",
    "ㅁ": "M15.5 15.5h17v17h-17z",
    "ㅂ": "M15.5 13.5v20h17v-20M15.5 23.5h17",
    "ㅅ": "M24 14c0 9-3.5 15-10 20M24 14c0 9 3.5 15 10 20",
    "ㅇ": "M24 14.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19z",
    "ㅈ": "M14.5 15.5h19M24 15.5c0 8-3.5 14-10 18.5M24 15.5c0 8 3.5 14 10 18.5",
    "ㅊ": "M21 11.5h6M14.5 18h19M24 18c0 7-3.5 12.5-10 17M24 18c0 7 3.5 12.5 10 17",
    "ㅋ": "M15 15h18c0 8-1.5 14-4 19M15 23.5h17",
    "ㅌ": "M33.5 14.5h-18v19h18M15.5 24h17",
    "ㅍ": "M14.5 15h19M14.5 33h19M20 15v18M28 15v18",
    "ㅎ": "M21 11h6M14 17.5h20M24 22a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13z",
}
# For a name without Hangul: a ring with a gap.
_NO_LETTER: Final = "M31 17a10 10 0 1 0 2.5 9"
_PLATES: Final = (
    '<circle cx="24" cy="24" r="24" fill="{plate}"/>',
    '<rect width="48" height="48" rx="14" fill="{plate}"/>',
    '<path d="M24 0c9 0 24 3 24 9 0 20-8 33-24 39C8 42 0 29 0 9 0 3 15 0 24 0z" fill="{plate}"/>',
    '<path d="M17 1h14c3 0 5 1 7 4l8 14c2 3 2 7 0 10l-8 14c-2 3-4 4-7 4H17c-3 0-5-1-7-4L2 29q-3-5 0-10l8-14c2-3 4-4 7-4z" fill="{plate}"/>',
)


class _Chance:
    """Numbers from a city's slug: the same on every machine, in every version."""

    def __init__(self, slug: str) -> None:
        self._drawn = self._numbers(slug)

    def upto(self, most: int) -> int:
        """From 0 to one less."""
        return next(self._drawn) % most

    def between(self, least: int, most: int) -> int:
        """Both included."""
        return least + self.upto(most - least + 1)

    @staticmethod
    def _numbers(slug: str) -> Iterator[int]:
        block = 0
        while True:
            yield from sha256(f"{slug} {block}".encode()).digest()
            block += 1


def colour_for(slug: str) -> str:
    """A colour of the city's own, dark enough for white letters."""
    return tone_of(_CHROMA, math.tau * _Chance(f"{slug} colour").upto(24) / 24, _LUMINANCE)


def emblem_for(slug: str, name_ko: str, *, plate: str, pop: str) -> str:
    """The first letter of its Korean name on a plate, with the light point."""
    chance = _Chance(f"{slug} emblem")
    angle = math.tau * chance.upto(12) / 12
    x, y = 24 + 19 * math.cos(angle), 24 + 19 * math.sin(angle)
    stroke = f'fill="none" stroke="{WHITE}" stroke-linecap="round" stroke-linejoin="round" stroke-width="3.8"'
    return "".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">',
            _PLATES[chance.upto(len(_PLATES))].format(plate=plate),
            f'<path d="{_strokes(name_ko)}" {stroke}/>',
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{pop}"/>',
            "</svg>",
        ]
    )


def picture_for(slug: str) -> str:
    """Rings on a ground of hills, with the light point at the right."""
    chance = _Chance(f"{slug} picture")
    hills = "".join(_hill(chance, height, share) for height, share in ((96, 0.08), (126, 0.1), (158, 0.12)))
    rings = "".join(_rings(chance, column) for column in range(4))
    x, y = chance.between(300, 332), chance.between(54, 62)
    return "".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 200" preserveAspectRatio="xMidYMax slice" fill="currentColor">',
            f'{hills}<g fill="none" stroke="currentColor">{rings}</g>',
            f'<circle class="pop" cx="{x}" cy="{y}" r="{chance.between(10, 14)}" fill="currentColor"/></svg>',
        ]
    )


def _hill(chance: _Chance, height: int, share: float) -> str:
    one, two, three = (height + chance.between(-14, 14) for _ in range(3))
    return f'<path d="M0 {one}C70 {one - 26} 110 {two + 20} 180 {two}S300 {three - 22} 360 {three}V200H0z" opacity="{share}"/>'


def _rings(chance: _Chance, column: int) -> str:
    x, y = 40 + column * 92 + chance.between(-24, 24), chance.between(112, 182)
    step, count = chance.between(9, 15), chance.between(3, 5)
    return "".join(_ring(chance, x, y, step * each, each) for each in range(1, count + 1))


def _ring(chance: _Chance, x: int, y: int, radius: int, each: int) -> str:
    dashes = "" if chance.upto(3) else f' stroke-dasharray="{chance.between(2, 5)} {chance.between(5, 8)}"'
    width, share = (2, 3, 5)[chance.upto(3)], (0.5, 0.38, 0.3, 0.24, 0.18)[each - 1]
    return f'<circle cx="{x}" cy="{y}" r="{radius}" stroke-width="{width}" opacity="{share}"{dashes}/>'


def _strokes(name_ko: str) -> str:
    """How the first letter of a Korean name is drawn."""
    first = name_ko[:1]
    if not _FIRST_SYLLABLE <= first <= _LAST_SYLLABLE:
        return _NO_LETTER
    return _STROKES[_LETTERS[(ord(first) - ord(_FIRST_SYLLABLE)) // _SYLLABLES_OF_A_LETTER]]
