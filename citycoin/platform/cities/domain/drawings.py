"""A drawing from outside, as SVG: what is allowed is written anew by us, and anything else is refused by its name.

No byte of the file itself is ever served. What can be drawn with is a list: shapes, groups and gradients, with presentation
attributes. Whatever could run, load, style or refer to elsewhere isn't on it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from citycoin.platform.cities.domain import shapes
from citycoin.platform.cities.domain.shapes import Reader, ValueWrong

LARGEST_BYTES: Final = 64 * 1024
MOST_ELEMENTS: Final = 1_000
DEEPEST: Final = 12
NAMESPACE: Final = "http://www.w3.org/2000/svg"
# In a drawing it marks the light point: that part gets a colour of its own.
POP: Final = "pop"

_PAINTED: Final[dict[str, Reader]] = {
    "class": shapes.one_of(POP),
    "fill": shapes.paint,
    "fill-opacity": shapes.share,
    "fill-rule": shapes.one_of("nonzero", "evenodd"),
    "opacity": shapes.share,
    "stroke": shapes.paint,
    "stroke-dasharray": shapes.dashes,
    "stroke-dashoffset": shapes.number,
    "stroke-linecap": shapes.one_of("butt", "round", "square"),
    "stroke-linejoin": shapes.one_of("miter", "round", "bevel"),
    "stroke-miterlimit": shapes.positive,
    "stroke-opacity": shapes.share,
    "stroke-width": shapes.positive,
    "transform": shapes.moves,
}
_GRADIENT: Final[dict[str, Reader]] = {
    "id": shapes.name,
    "gradientUnits": shapes.one_of("userSpaceOnUse", "objectBoundingBox"),
    "gradientTransform": shapes.moves,
    "spreadMethod": shapes.one_of("pad", "reflect", "repeat"),
}
_ROOT: Final[dict[str, Reader]] = {
    "viewBox": shapes.box,
    "width": shapes.positive,
    "height": shapes.positive,
    "preserveAspectRatio": shapes.one_of(
        "none",
        *(
            f"x{x}Y{y} {how}".strip()
            for x in ("Min", "Mid", "Max")
            for y in ("Min", "Mid", "Max")
            for how in ("", "meet", "slice")
        ),
    ),
}


def _each(reader: Reader, *names: str) -> dict[str, Reader]:
    return dict.fromkeys(names, reader)


# The order of the attributes here is the order in which they are written.
ALLOWED: Final[Mapping[str, Mapping[str, Reader]]] = {
    "svg": _ROOT | {key: reader for key, reader in _PAINTED.items() if key not in {"class", "transform"}},
    "g": _PAINTED,
    "path": {"d": shapes.path} | _PAINTED,
    "rect": _each(shapes.number, "x", "y") | _each(shapes.positive, "width", "height", "rx", "ry") | _PAINTED,
    "circle": _each(shapes.number, "cx", "cy") | {"r": shapes.positive} | _PAINTED,
    "ellipse": _each(shapes.number, "cx", "cy") | _each(shapes.positive, "rx", "ry") | _PAINTED,
    "line": _each(shapes.number, "x1", "y1", "x2", "y2") | _PAINTED,
    "polyline": {"points": shapes.points} | _PAINTED,
    "polygon": {"points": shapes.points} | _PAINTED,
    "defs": {},
    "linearGradient": _GRADIENT | _each(shapes.place, "x1", "y1", "x2", "y2"),
    "radialGradient": _GRADIENT | _each(shapes.place, "cx", "cy", "r", "fx", "fy"),
    "stop": {"offset": shapes.share, "stop-color": shapes.colour, "stop-opacity": shapes.share},
}
SHAPES: Final = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_STANDS_IN: Final[Mapping[str, frozenset[str | None]]] = {
    "svg": frozenset({None}),
    "defs": frozenset({"svg", "g"}),
    "linearGradient": frozenset({"defs"}),
    "radialGradient": frozenset({"defs"}),
    "stop": frozenset({"linearGradient", "radialGradient"}),
    "g": frozenset({"svg", "g"}),
} | dict.fromkeys(SHAPES, frozenset({"svg", "g"}))


class DrawingWrong(Exception):
    """A file is no drawing that may be shown; says which element or attribute, and what is needed."""


def rewritten(file: bytes) -> str:
    """The drawing of an SVG file in our own form: no comment, no space, each value in one spelling.

    What is written here is read here again as the same text. Raises DrawingWrong.
    """
    if len(file) > LARGEST_BYTES:
        raise DrawingWrong(f"it has {len(file)} bytes; {LARGEST_BYTES} are the most")
    writer = _Writer()
    # A text is read as UTF-8, whatever its first line says of itself.
    parser = DefusedXMLParser(target=writer, encoding="utf-8", forbid_dtd=True)
    try:
        parser.feed(_text(file).encode())
        parser.close()
    except DefusedXmlException as refused:
        raise DrawingWrong("a DOCTYPE or an entity stands in it; neither is needed to draw") from refused
    except ParseError as wrong:
        raise DrawingWrong(f"it is no XML: {wrong}") from wrong
    return writer.whole()


def painted(drawing: str, *, ink: str, pop: str) -> str:
    """A rewritten drawing with ``#rrggbb`` for its ``currentColor``, and another for what is marked as the light point."""
    inked = re.sub(r"^<svg ", f'<svg color="{ink}" ', drawing)
    return inked.replace(f' class="{POP}"', f' color="{pop}"')


def _text(file: bytes) -> str:
    try:
        text = file.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise DrawingWrong("it is not UTF-8") from wrong
    declared = re.match(r"<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']", text)
    if declared and declared[1].lower() != "utf-8":
        raise DrawingWrong(f"it calls itself {declared[1][:20]!a}; UTF-8 is needed")
    return text


class _Writer:
    """What the parser tells of: it checks each thing as it comes, and keeps what we write of it."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._open: list[str] = []
        self._elements = 0
        self._shapes = 0
        self._defined: set[str] = set()
        self._referred: set[str] = set()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        element = self._element(tag)
        self._elements += 1
        self._open.append(element)
        if self._elements > MOST_ELEMENTS:
            raise DrawingWrong(f"it has more than {MOST_ELEMENTS} elements")
        if len(self._open) > DEEPEST:
            raise DrawingWrong(f"its elements stand more than {DEEPEST} deep")
        self._shapes += element in SHAPES
        self._written.append(f"<{_opening(element, self._values(element, attributes))}>")

    def end(self, tag: str) -> None:  # noqa: ARG002 - the parser's signature
        """An element ends; an empty one is closed in itself."""
        element = self._open.pop()
        last = self._written[-1]
        if last.startswith("</") or last.endswith("/>"):
            self._written.append(f"</{element}>")
        else:
            self._written[-1] = f"{last[:-1]}/>"

    def data(self, text: str) -> None:
        """Text between elements: spaces lay a file out, letters would need a font."""
        if text.strip():
            raise DrawingWrong(f"text stands in <{self._open[-1]}>: {text.strip()[:20]!a}; letters are drawn as paths")

    def comment(self, text: str) -> None:
        """It draws nothing, and isn't written."""

    def pi(self, target: str, data: str = "") -> None:  # noqa: ARG002 - as above
        """An instruction to whoever reads the file, as for a stylesheet."""
        raise DrawingWrong(f"the instruction <?{ascii(target[:20])[1:-1]}?> stands in it; none is allowed")

    def close(self) -> None:
        """The parser's end."""

    def whole(self) -> str:
        """All of it. Raises DrawingWrong where it draws nothing or names a gradient that it hasn't."""
        if missing := sorted(self._referred - self._defined):
            raise DrawingWrong(f"url(#{missing[0]}) names no gradient of the file")
        if not self._shapes:
            raise DrawingWrong("it draws nothing")
        return "".join(self._written)

    def _element(self, tag: str) -> str:
        namespace, _, element = tag.rpartition("}")
        inside = self._open[-1] if self._open else None
        if namespace != f"{{{NAMESPACE}":
            raise DrawingWrong(f"the element <{_called(tag)}> is not of SVG's namespace, {NAMESPACE}")
        if element not in ALLOWED:
            raise DrawingWrong(f"the element <{_called(element)}> is not allowed; allowed are {', '.join(ALLOWED)}")
        if inside not in _STANDS_IN[element]:
            where = f"in <{inside}>" if inside else "as the outermost element"
            raise DrawingWrong(f"the element <{element}> is not allowed {where}")
        return element

    def _values(self, element: str, attributes: Mapping[str, str]) -> dict[str, str]:
        allowed, read = ALLOWED[element], dict[str, str]()
        for key, value in attributes.items():
            if key not in allowed:
                raise DrawingWrong(f"the attribute {_called(key)} of <{element}> is not allowed")
            try:
                read[key] = allowed[key](value)
            except ValueWrong as wrong:
                raise DrawingWrong(f"{key} of <{element}>: {wrong}") from wrong
        if element == "svg" and "viewBox" not in read:
            raise DrawingWrong("the viewBox of <svg> is missing: without it the drawing has no size")
        self._note(read)
        return read

    def _note(self, read: Mapping[str, str]) -> None:
        if "id" in read:
            if read["id"] in self._defined:
                raise DrawingWrong(f"the id {read['id']} stands there twice")
            self._defined.add(read["id"])
        self._referred |= {found for each in read.values() if (found := shapes.referred(each))}


def _opening(element: str, values: Mapping[str, str]) -> str:
    inside = [f'{key}="{values[key]}"' for key in ALLOWED[element] if key in values]
    namespace = [f'xmlns="{NAMESPACE}"'] if element == "svg" else []
    return " ".join([element, *namespace, *inside])


def _called(name: str) -> str:
    """A name with its namespace, as a message may show it."""
    return ascii(name[-60:])[1:-1]
