"""A colour's contrast, and its tones: other colours of its hue, as light or dark as is wanted.

Hue and chroma are those of OKLCH (Björn Ottosson, "A perceptual color space for image processing", 2020); how dark a tone is,
is said by its luminance, from which its contrast follows.
"""

from __future__ import annotations

import math
import re
from typing import Final

_HEX: Final = re.compile(r"#[0-9a-f]{6}")
# Bounds of a hue's chroma and of its lightness are halved so often; a step is then smaller than one of 255.
_HALVINGS: Final = 14
_ROUNDING: Final = 1e-6


def colour_of(text: str) -> str:
    """``#rrggbb`` in small letters. Raises ValueError for anything else."""
    colour = text.lower()
    if not _HEX.fullmatch(colour):
        raise ValueError(f"{text} is no colour of the form #rrggbb")
    return colour


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21. Source: WCAG 2.2, definition of "contrast ratio".

    ``(L1 + 0.05) / (L2 + 0.05)``, L1 being the relative luminance of the lighter one.
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance, from 0 to 1. Source: WCAG 2.2, definition of "relative luminance"."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def tone(colour: str, luminance_wanted: float, *, share: float = 1.0) -> str:
    """The tone of this hue with that luminance, and so much of the chroma as ``share`` says."""
    _, chroma, hue = oklch(colour)
    return tone_of(chroma * share, hue, luminance_wanted)


def tone_of(chroma: float, hue: float, luminance_wanted: float) -> str:
    """The colour of an OKLCH hue (in radians) with that relative luminance, as much of the chroma as a screen can show."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if luminance(_shown(middle, chroma, hue)) < luminance_wanted:
            low = middle
        else:
            high = middle
    return _shown((low + high) / 2, chroma, hue)


def darker(colour: str, share: float) -> str:
    """The same hue and chroma at so much of the lightness as ``share`` says."""
    lightness, chroma, hue = oklch(colour)
    return _shown(lightness * share, chroma, hue)


def luminance_below(ground: str, ratio: float) -> float:
    """The luminance that is darker than the ground by this contrast."""
    return (luminance(ground) + 0.05) / ratio - 0.05


def luminance_above(ground: str, ratio: float) -> float:
    """The luminance that is lighter than the ground by this contrast."""
    return (luminance(ground) + 0.05) * ratio - 0.05


def _linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return _linear_of(red), _linear_of(green), _linear_of(blue)


def _linear_of(part: float) -> float:
    """A part of sRGB as light. WCAG's threshold is 0.04045 since 2.2; between 0.03928 and that no colour of 8 bits lies."""
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - the standard's own


def _stored(light: float) -> float:
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055  # noqa: PLR2004 - as above


def oklch(colour: str) -> tuple[float, float, float]:
    """Lightness (0 to 1), chroma, hue in radians."""
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short, math.hypot(a, b), math.atan2(b, a)


def _shown(lightness: float, chroma: float, hue: float) -> str:
    """The colour of 8 bits a part; the chroma is taken back until a screen can show it."""
    if not _fits(light := _light_of(lightness, chroma, hue)):
        low, high = 0.0, chroma
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if _fits(_light_of(lightness, middle, hue)) else (low, middle)
        light = _light_of(lightness, low, hue)
    return "#" + "".join(f"{round(255 * _stored(min(max(each, 0.0), 1.0))):02x}" for each in light)


def _fits(light: tuple[float, float, float]) -> bool:
    return all(-_ROUNDING <= each <= 1 + _ROUNDING for each in light)


def _light_of(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
