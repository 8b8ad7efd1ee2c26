"""The icons of every page: lines of two units on a square of 24, drawn in the colour of the text around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# A name, and what stands inside <svg viewBox="0 0 24 24">.
ICONS: Final[Mapping[str, str]] = {
    "arrow": '<path d="M4 12h15M13 6l6 6-6 6"/>',
    "back": '<path d="M15 5l-7 7 7 7"/>',
    "bag": '<path d="M6 8h12l1 12H5zM9 8V6.5a3 3 0 0 1 6 0V8"/>',
    "bank": '<path d="M3.5 9.5 12 4l8.5 5.5zM6 12v5M10 12v5M14 12v5M18 12v5M4 20h16"/>',
    "beauty": '<circle cx="7" cy="18" r="2.5"/><circle cx="17" cy="18" r="2.5"/><path d="M8.5 16 17 4M15.5 16 7 4"/>',
    "bell": '<path d="M6 16V10a6 6 0 0 1 12 0v6l1.5 2h-15zM10 20.5h4"/>',
    "book": '<path d="M12 6.5C10 5 7 4.5 4 5v14c3-.5 6 0 8 1.5 2-1.5 5-2 8-1.5V5c-3-.5-6 0-8 1.5zM12 6.5v14"/>',
    "bottle": '<path d="M10 3h4v4l2 3v10a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V10l2-3zM8 14h8"/>',
    "bowl": (
        '<path d="M3.5 12h17a8.5 8.5 0 0 1-5 7.5V21h-7v-1.5a8.5 8.5 0 0 1-5-7.5zM9 8.5C9 7 10 7 10 5.5M14 '
        '8.5c0-1.5 1-1.5 1-3"/>'
    ),
    "bread": '<path d="M5 11a4 4 0 0 1 1-7.5h12A4 4 0 0 1 19 11v8a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1zM10 9.5v5M14 9.5v5"/>',
    "cafe": '<path d="M5 9h11v5a5 5 0 0 1-5 5h-1a5 5 0 0 1-5-5zM16 10h2a2 2 0 0 1 0 5h-2M8 6V4M12 6V4"/>',
    "cart": (
        '<path d="M3 5h2.5l2.200 10h9.800l2-7H6.300"/><circle cx="9" cy="19" r="1.400"/><circle cx="16" '
        'cy="19" r="1.400"/>'
    ),
    "chart": '<path d="M5 20V11M10 20V5M15 20v-6M20 20V9"/>',
    "check": '<path d="M5 12.5 10 17.5 19.5 7"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.5l3.5 2"/>',
    "coins": (
        '<ellipse cx="12" cy="7" rx="7.5" ry="3.300"/><path d="M4.5 7v5c0 1.800 3.400 3.300 7.5 '
        '3.300s7.5-1.5 7.5-3.300V7M4.5 12v5c0 1.800 3.400 3.300 7.5 3.300s7.5-1.5 7.5-3.300v-5"/>'
    ),
    "cross": '<path d="M6 6l12 12M18 6 6 18"/>',
    "cup": '<path d="M5 9h12v6a5 5 0 0 1-5 5h-2a5 5 0 0 1-5-5zM17 10h1.5a2.5 2.5 0 0 1 0 5H17M9 5.5V4M13 5.5V4"/>',
    "del": '<path d="M9 6h11v12H9l-5.5-6zM12.5 9.5l4.5 5M17 9.5l-4.5 5"/>',
    "doc": '<path d="M6 3.5h8l4 4V20.5H6zM14 3.5v4h4M9 12h6M9 16h6"/>',
    "down": '<path d="M12 4v11M7 11l5 5 5-5M5 20h14"/>',
    "eye": (
        '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" '
        'cy="12" r="2.7"/>'
    ),
    "face": '<path d="M4 8V5h3M17 5h3v3M20 16v3h-3M7 19H4v-3M9 10v1M15 10v1M9 15c1.800 1.5 4.200 1.5 6 0"/>',
    "flag": '<path d="M5.5 21V4h12l-2.5 4.5 2.5 4.5h-12"/>',
    "gear": (
        '<path d="M5 7h9M18 7h1M5 17h1M10 17h9M5 12h3M12 12h7"/><circle cx="16" cy="7" r="2"/><circle cx="8" '
        'cy="17" r="2"/><circle cx="10" cy="12" r="2"/>'
    ),
    "globe": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c3 3 3 14 0 17M12 3.5c-3 3-3 14 0 17"/>',
    "health": '<path d="M10 4h4v6h6v4h-6v6h-4v-6H4v-4h6z"/>',
    "home": '<path d="M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z"/>',
    "house": '<path d="m4 11 8-7 8 7M6 10v10h12V10M9 14h6"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="m11 12 8-8M16 7l3 3"/>',
    "list": '<path d="M5 6h14M5 12h14M5 18h9"/>',
    "load": '<path d="M12 4v11M7 11l5 5 5-5M5 20h14"/>',
    "next": '<path d="M9 5l7 7-7 7"/>',
    "out": '<path d="M10 4H5v16h5M14 8l4 4-4 4M18 12H9"/>',
    "pen": '<path d="M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19z"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5"/>',
    "phone": (
        '<path d="M6 4h3l1.5 4.5-2 1.5a11 11 0 0 0 5.5 5.5l1.5-2L20 15v3a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 '
        '0 1 2-2z"/>'
    ),
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "pulse": '<path d="M3 12h4l2.5-6 4.5 12 2.5-6h4.5"/>',
    "qr": '<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5M20 14v1M17.5 20H20v-2.5M14 20v-.1"/>',
    "scan": (
        '<path d="M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 '
        '1-1-1v-3M4 12h16"/>'
    ),
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>',
    "share": '<path d="M12 15V3.5M8 7l4-4 4 4M8 11H5.5v9.5h13V11H16"/>',
    "shield": '<path d="M12 3.5 5 6v6c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6z"/><path d="M9 12l2.200 2.200L15.200 10"/>',
    "shop": (
        '<path d="M4 9 5.5 4h13L20 9M4 9a2.7 2.7 0 0 0 5.3 0 2.7 2.7 0 0 0 5.4 0A2.7 2.7 0 0 0 20 9M5.5 '
        '12v8h13v-8M10 20v-5h4v5"/>'
    ),
    "sound": '<path d="M4 9.5h3.5L12 5.5v13l-4.5-4H4zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>',
    "stop": '<path d="M8 3.5h8l4.5 4.5v8L16 20.5H8L3.5 16V8zM8.5 12h7"/>',
    "sun": (
        '<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 '
        '1.4M5.6 18.4 7 17M17 7l1.4-1.4"/>'
    ),
    "ticket": '<path d="M4 7h16v4a2 2 0 0 0 0 4v3H4v-3a2 2 0 0 0 0-4zM14 7v11"/>',
    "undo": '<path d="M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11H9"/>',
    "users": (
        '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.5c.7-3.5 3.300-5 6.5-5s5.800 1.5 6.5 5M16 5.5a3.5 '
        '3.5 0 0 1 0 6M18 14.800c2 .7 3.200 2.300 3.5 4.7"/>'
    ),
    "warn": '<path d="M12 4 21.5 20h-19zM12 10v4.5M12 17.200v.1"/>',
}
# What a shop of each category is known by; of another one, a bag.
OF_CATEGORY: Final[Mapping[str, str]] = {
    "food": "bowl",
    "cafe": "cup",
    "market": "cart",
    "health": "health",
    "learning": "book",
    "home": "house",
    "beauty": "beauty",
    "other": "bag",
}
