"""The tokens of every page, written once: primitives, meanings in three themes, sizes of easy mode.

``manage.py tokens`` writes them to the head of ``static/pages/pages.css``, where the dark ones stand twice: as the person chose,
and as their system did. A component names meanings and never a grey. A city's own colours are no tokens: they are data, and come with
its face. Names and layers follow the design system of the Korean government (KRDS): primitive, meaning, component.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Tokens = dict[str, str]

PRIMITIVES: Final[Tokens] = {
    "space-1": "4px",
    "space-2": "8px",
    "space-3": "12px",
    "space-4": "16px",
    "space-5": "20px",
    "space-6": "24px",
    "space-8": "32px",
    "space-10": "40px",
    "space-14": "56px",
    "radius-s": "8px",
    "radius-m": "12px",
    "radius-l": "18px",
    "radius-xl": "24px",
    "radius-full": "99px",
    "text-small": ".9375rem",
    "text-body": "1.0625rem",
    "text-lead": "1.1875rem",
    "text-title": "1.375rem",
    "text-head": "1.75rem",
    "text-sum": "2.5rem",
    "text-board": "clamp(3rem, 11vw, 5.5rem)",
    "touch": "48px",
    "scan": "64px",
    "quick": "160ms",
}
LIGHT: Final[Tokens] = {
    "color-page": "#f5f7f8",
    "color-card": "#ffffff",
    "color-sunken": "#edf0f2",
    "color-text": "#171e24",
    "color-text-subtle": "#56616b",
    "color-line": "#dde2e6",
    "color-line-strong": "#74808a",
    "color-link": "#0b57a4",
    "color-focus": "#c2410c",
    "color-good": "#12663a",
    "color-good-soft": "#e3f3e9",
    "color-warn": "#7a4a00",
    "color-warn-soft": "#fff2d4",
    "color-bad": "#b01a14",
    "color-bad-soft": "#fdebe9",
    "color-practice": "#ffd24d",
    "color-practice-text": "#241a00",
    "color-stop": "#b01a14",
    "color-stop-text": "#ffffff",
    "color-veil": "#10161b99",
    "shadow": "0 1px 2px #17222b0d, 0 6px 20px #17222b0f",
}
DARK: Final[Tokens] = {
    "color-page": "#0f1418",
    "color-card": "#171e24",
    "color-sunken": "#20282f",
    "color-text": "#edf1f4",
    "color-text-subtle": "#adb8c1",
    "color-line": "#303a43",
    "color-line-strong": "#83909a",
    "color-link": "#8ec5ff",
    "color-focus": "#ffb27a",
    "color-good": "#74d69a",
    "color-good-soft": "#14301f",
    "color-warn": "#f3c565",
    "color-warn-soft": "#33280f",
    "color-bad": "#ff9e95",
    "color-bad-soft": "#3c1917",
    "color-practice": "#ffd24d",
    "color-practice-text": "#241a00",
    "color-stop": "#b01a14",
    "color-stop-text": "#ffffff",
    "color-veil": "#000000b3",
    "shadow": "none",
}
# Black, white, one yellow.
CONTRAST: Final[Tokens] = {
    "color-page": "#000000",
    "color-card": "#000000",
    "color-sunken": "#000000",
    "color-text": "#ffffff",
    "color-text-subtle": "#ffffff",
    "color-line": "#ffffff",
    "color-line-strong": "#ffffff",
    "color-link": "#ffe74a",
    "color-focus": "#ffe74a",
    "color-good": "#7dffb0",
    "color-good-soft": "#000000",
    "color-warn": "#ffe74a",
    "color-warn-soft": "#000000",
    "color-bad": "#ffb1aa",
    "color-bad-soft": "#000000",
    "color-practice": "#ffd24d",
    "color-practice-text": "#241a00",
    "color-stop": "#000000",
    "color-stop-text": "#ffb1aa",
    "color-veil": "#000000b3",
    "shadow": "none",
}
# A page of no city, and what a city's face replaces.
NO_CITY: Final[Tokens] = {
    "city": "#33475b",
    "city-deep": "#1f2d3b",
    "city-foot": "#141e28",
    "city-two": "#8a5300",
    "city-two-soft": "#ffe8c7",
    "city-on": "#ffffff",
    "city-ink": "#33475b",
    "city-inv": "#ffffff",
    "city-soft": "#e8edf2",
    "city-3": "#c5d0da",
    "city-5": "#7d8fa1",
    "city-7": "#566a7d",
    "city-pop": "#ffd24d",
}
NO_CITY_DARK: Final[Tokens] = NO_CITY | {
    "city": "#3d5468",
    "city-two": "#ffc26b",
    "city-two-soft": "#40300f",
    "city-ink": "#a9c2d9",
    "city-inv": "#0f1418",
    "city-soft": "#1f2c38",
    "city-3": "#2e4152",
    "city-5": "#5e7990",
    "city-7": "#87a3bb",
}
NO_CITY_CONTRAST: Final[Tokens] = {
    "city": "#000000",
    "city-deep": "#000000",
    "city-foot": "#000000",
    "city-two": "#ffe74a",
    "city-two-soft": "#000000",
    "city-on": "#ffffff",
    "city-ink": "#ffe74a",
    "city-inv": "#000000",
    "city-soft": "#000000",
    "city-3": "#000000",
    "city-5": "#ffffff",
    "city-7": "#ffffff",
    "city-pop": "#ffffff",
}
EASY: Final[Tokens] = {
    "text-small": "1.25rem",
    "text-body": "1.375rem",
    "text-lead": "1.5rem",
    "text-title": "1.625rem",
    "text-head": "2rem",
    "text-sum": "3rem",
    "touch": "64px",
}
THEMES: Final[Mapping[str, Tokens]] = {
    "light": NO_CITY | LIGHT,
    "dark": NO_CITY_DARK | DARK,
    "contrast": NO_CITY_CONTRAST | CONTRAST,
}
# What stands on what, and the least contrast that it needs: WCAG 2.2, 1.4.3 for text and 1.4.11 for what isn't.
TEXT: Final = 4.5
SHAPE: Final = 3.0
PAIRS: Final[tuple[tuple[str, str, float], ...]] = (
    *(
        (text, ground, TEXT)
        for text in ("color-text", "color-text-subtle")
        for ground in ("color-page", "color-card", "color-sunken")
    ),
    *(("color-link", ground, TEXT) for ground in ("color-page", "color-card")),
    *(
        (f"color-{tone}", ground, TEXT)
        for tone in ("good", "warn", "bad")
        for ground in ("color-card", f"color-{tone}-soft")
    ),
    *(("color-text", f"color-{tone}-soft", TEXT) for tone in ("good", "warn", "bad")),
    ("color-practice-text", "color-practice", TEXT),
    ("color-stop-text", "color-stop", TEXT),
    *(
        (each, ground, SHAPE)
        for each in ("color-line-strong", "color-focus")
        for ground in ("color-page", "color-card")
    ),
    *(("city-on", ground, TEXT) for ground in ("city", "city-deep", "city-foot")),
    *(("city-ink", ground, TEXT) for ground in ("color-page", "color-card", "city-soft")),
    ("city-two", "color-card", SHAPE),
    ("city-inv", "city-ink", TEXT),
)
END: Final = "/* End of the tokens. */\n"
_SCHEME: Final = {"light": "light", "dark": "dark", "contrast": "dark"}


def stylesheet() -> str:
    """All tokens, as the head of the stylesheet."""
    light, dark, contrast = (THEMES[name] | {"scheme": _SCHEME[name]} for name in THEMES)
    rules = [
        "/* Written by `manage.py tokens` from citycoin/platform/pages/domain/tokens.py: edit there. */",
        _rule(":root", PRIMITIVES),
        _rule(':root, [data-theme="light"]', light),
        f"@media (prefers-color-scheme: dark) {{\n{_rule(':root:not([data-theme])', dark)}\n}}",
        _rule(':root[data-theme="dark"]', dark),
        "@media (prefers-contrast: more) {\n"
        + _rule(
            ":root:not([data-theme])",
            {"color-text-subtle": "var(--color-text)", "color-line": "var(--color-line-strong)"},
        )
        + "\n}",
        # The second selector outweighs any city's own colours.
        _rule(':root[data-theme="contrast"], :root[data-theme="contrast"][data-city]', contrast),
        _rule('[data-mode="easy"]', EASY),
    ]
    return "\n".join(rules) + "\n"


def _rule(selector: str, tokens: Tokens) -> str:
    lines = [f"{'color-scheme' if name == 'scheme' else f'--{name}'}: {value};" for name, value in tokens.items()]
    return f"{selector} {{ {' '.join(lines)} }}"
