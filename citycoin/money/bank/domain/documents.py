"""A document of ISO 20022: parsed, held to its published schema, and asked by paths.

Nothing is fetched, and no entity is expanded. Whatever isn't right is a FileWrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from lxml import etree

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import LARGEST_MOVEMENT
from citycoin.foundation.kernel.text import moment_of, whole_number
from citycoin.money.bank.domain.verdicts import FileWrong, Why

SCHEMAS: Final = Path(__file__).resolve().parents[1] / "schemas"
NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:"
LARGEST_FILE_BYTES: Final = 20 * 2**20


class Kind(StrEnum):
    """The message that a file holds, with the version of its schema."""

    NOTICE = "camt.054.001.08"
    STATEMENT = "camt.053.001.08"
    RESULT = "pain.002.001.12"
    ORDER = "pain.001.001.09"


def is_valid(content: bytes, kind: Kind) -> bool:
    """Whether these bytes are a message of this kind, by its published schema."""
    return bool(_schema(kind).validate(_parsed(content)))


def _parsed(content: bytes) -> Any:
    if len(content) > LARGEST_FILE_BYTES:
        raise FileWrong(Why.TOO_LARGE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise FileWrong(Why.NOT_XML, "not UTF-8") from wrong
    # Before any parser sees it: what isn't declared is neither fetched nor expanded.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise FileWrong(Why.DOCTYPE)
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as wrong:
        raise FileWrong(Why.NOT_XML, str(wrong)) from wrong
    if root.getroottree().docinfo.doctype:
        raise FileWrong(Why.DOCTYPE)
    return root


def _kind(root: Any) -> Kind:
    space, _, name = str(root.tag).removeprefix("{").partition("}")
    try:
        kind = Kind(space.removeprefix(NAMESPACE))
    except ValueError as wrong:
        raise FileWrong(Why.KIND_UNKNOWN) from wrong
    if name != "Document" or kind == Kind.ORDER:
        raise FileWrong(Why.KIND_UNKNOWN)
    return kind


@cache
def _schema(kind: Kind) -> Any:
    return etree.XMLSchema(etree.parse(SCHEMAS / f"{kind}.xsd"))


def _validate(root: Any, kind: Kind) -> None:
    schema = _schema(kind)
    if not schema.validate(root):
        # The schema's own words quote values, which may be somebody's.
        raise FileWrong(Why.AGAINST_SCHEMA, f"line {schema.error_log[0].line}")


class Node:
    """An element of a document of some kind, asked by paths without their namespace."""

    def __init__(self, element: Any, kind: Kind) -> None:
        self.element, self.kind = element, kind
        self._spaces = {"i": f"{NAMESPACE}{kind}"}

    @classmethod
    def of(cls, content: bytes) -> Self:
        """The whole document in a file of a bank's, valid by its schema. Raises FileWrong."""
        root = _parsed(content)
        kind = _kind(root)
        _validate(root, kind)
        return cls(root, kind)

    def text(self, path: str) -> str:
        """What stands there; empty where nothing does."""
        return (self.element.findtext(self._path(path), default="", namespaces=self._spaces) or "").strip()

    def all(self, path: str) -> Iterator[Node]:
        """Each element there."""
        return (Node(each, self.kind) for each in self.element.iterfind(self._path(path), self._spaces))

    def has(self, path: str) -> bool:
        """Whether there is one."""
        return self.element.find(self._path(path), self._spaces) is not None

    def amount(self, path: str) -> int:
        """Whole won. Raises FileWrong."""
        found = self.element.find(self._path(path), self._spaces)
        won = None if found is None or found.get("Ccy") != "KRW" else whole_won(found.text or "")
        if won is None:
            raise FileWrong(Why.NOT_WON)
        return won

    @staticmethod
    def _path(path: str) -> str:
        return "/".join(f"i:{each}" for each in path.split("/"))


def whole_won(text: str) -> int | None:
    """A decimal number of ISO 20022 that is whole won (``1000``, ``1000.00``); None for any other."""
    whole, _, rest = text.strip().removeprefix("+").partition(".")
    return whole_number(whole, most=LARGEST_MOVEMENT) if not rest.strip("0") else None


def moment(text: str) -> datetime:
    """An ISODateTime; one without a zone is Seoul's. Raises FileWrong."""
    said = moment_of(text, zone=KST)
    if said is None:
        raise FileWrong(Why.AGAINST_SCHEMA, "a moment")
    return said
