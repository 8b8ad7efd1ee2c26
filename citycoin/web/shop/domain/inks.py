"""A drawing of a city's face as paper takes it: which colour it is drawn in, and that colour written out."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element, tostring

from defusedxml.ElementTree import fromstring

BLACK: Final = "#000000"
CURRENT: Final = "currentColor"


def ink_of(drawing: str) -> str:
    """The colour that a drawing of ours is drawn in."""
    colour: str = fromstring(drawing).get("color", BLACK)
    return colour


def inked(drawing: str) -> bytes:
    """A drawing with its colours written out and no prefixes: the library of PDFs knows neither ``currentColor`` nor them."""
    root = fromstring(drawing)
    _ink(root, BLACK, frozenset())
    root.set("xmlns", "http://www.w3.org/2000/svg")
    return tostring(root)


def _ink(element: Element, colour: str, inherited: frozenset[str]) -> None:
    """``inherited``: what an ancestor has drawn in the current colour, whichever that is by then."""
    element.tag = element.tag.rpartition("}")[2]
    own = element.attrib.pop("color", "")
    for name in ("fill", "stroke"):
        said = element.get(name)
        if said == CURRENT or (said is None and own and name in inherited):
            element.set(name, own or colour)
        inherited = inherited | {name} if said == CURRENT else inherited - {name} if said else inherited
    for each in element:
        _ink(each, own or colour, inherited)
