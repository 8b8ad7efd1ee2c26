"""The one form of a benchmark: what every one prints, as JSON or for a person, and writes into docs/performance.md."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from citycoin.development.queries import machine
from citycoin.runtime.domain.addresses import ROOT

PAGE: Final = ROOT / "docs" / "performance.md"


class NoPlace(Exception):
    """The page has no markers for this benchmark, so nothing was written."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. ``bar``: what it must keep; ``aim``: what it should come to; None where nobody has asked for it yet.

    ``at_most``: bar and aim are upper bounds; otherwise lower ones.
    """

    id: str
    value: float
    bar: float | None = None
    aim: float | None = None
    at_most: bool = False

    @property
    def holds(self) -> bool:
        """Whether it keeps its bar, if it has one."""
        return self.bar is None or (self.value <= self.bar if self.at_most else self.value >= self.bar)

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "value": self.value, "bar": self.bar, "aim": self.aim, "holds": self.holds}

    def bound(self, number: float | None) -> str:
        """A bar or an aim as it is read."""
        return "" if number is None else f"{'at most' if self.at_most else 'at least'} {shown(number)}"


@dataclass(frozen=True, slots=True)
class Peer:
    """Something else, measured in the same run."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Table:
    """Further figures, for a person; ``raw`` has them for a machine."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run came to. ``books_equal``: what `manage.py reconcile` says; None where there are no books."""

    name: str
    figures: tuple[Figure, ...]
    raw: dict[str, Any]
    peers: tuple[Peer, ...] = ()
    books_equal: bool | None = None
    tables: tuple[Table, ...] = ()
    machine: dict[str, Any] = field(default_factory=machine.machine)

    @property
    def holds(self) -> bool:
        return self.books_equal is not False and all(figure.holds for figure in self.figures)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "figures": [figure.as_json() for figure in self.figures],
            "raw": self.raw,
            "peers": [asdict(peer) for peer in self.peers],
            "machine": self.machine,
            "books_equal": self.books_equal,
        }

    def all_tables(self) -> Iterator[Table]:
        """Everything that a person reads, figures first."""
        rows = [
            (each.id, shown(each.value), each.bound(each.bar), each.bound(each.aim), "" if each.holds else "MISSED")
            for each in self.figures
        ]
        kept = [row[:-1] for row in rows] if all(each.holds for each in self.figures) else rows
        head = ("figure", "measured", "bar", "aim", "")
        yield Table("", head[: len(kept[0])] if kept else head, kept)
        if self.peers:
            peers = [(peer.name, shown(peer.value), peer.unit) for peer in self.peers]
            yield Table("", ("peer, measured in the same run", "measured", "unit"), peers)
        yield from self.tables

    def machine_line(self) -> str:
        """Where it was measured, and whether the books agree."""
        books = {True: " The books were equal.", False: " THE BOOKS DIFFER.", None: ""}[self.books_equal]
        had = self.machine
        load = f", load {had['load_before']} at the start" if "load_before" in had else ""
        return f"{had['cores']} cores ({had['processor']}), {had['memory_gb']} GB, Python {had['python']}{load}.{books}"


def run(
    name: str,
    *,
    says: str | None,
    measure: Callable[[argparse.Namespace], Measured],
    options: Callable[[argparse.ArgumentParser], None] | None = None,
) -> int:
    """The program of a benchmark; return 1 where a bar is missed or the books differ."""
    parser = argparse.ArgumentParser(prog=f"./city bench {name}", description=says)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/performance.md")
    if options:
        options(parser)
    given = parser.parse_args()
    load_before = machine.load()
    measured = measure(given)
    measured.machine["load_before"] = load_before
    print(json.dumps(measured.as_json(), ensure_ascii=False) if given.json else as_text(measured))
    if given.write:
        write(measured, words=sys.argv[1:])
    return 0 if measured.holds else 1


def as_text(measured: Measured) -> str:
    """For a terminal: the tables in columns."""
    blocks = [f"{measured.name}: {measured.machine_line()}"]
    for table in measured.all_tables():
        cells = [table.head, *(tuple(map(shown, row)) for row in table.rows)]
        widths = [max(len(row[column]) for row in cells) for column in range(len(table.head))]
        lines = [
            "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in _rest(row, widths))]).rstrip()
            for row in cells
        ]
        blocks.append("\n".join([*([table.title] if table.title else []), *lines]))
    return "\n\n".join(blocks)


def _rest(row: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[str, int]]:
    return zip(row[1:], widths[1:], strict=True)


def as_markdown(measured: Measured, *, words: Sequence[str]) -> str:
    """For the page: the same, as it stands between the markers."""
    call = " ".join(["./city bench", measured.name, *(word for word in words if word not in {"--json", "--write"})])
    blocks = [f"`{call}` on {datetime.now(UTC).date().isoformat()}, {measured.machine_line()}"]
    for table in measured.all_tables():
        rows = [table.head, ("---",) * len(table.head), *(tuple(map(shown, row)) for row in table.rows)]
        lines = [f"| {' | '.join(row)} |" for row in rows]
        blocks.append("\n".join([*([f"{table.title}:", ""] if table.title else []), *lines]))
    return "\n\n".join(blocks)


def write(measured: Measured, *, words: Sequence[str], page: Path = PAGE) -> None:
    """Replace what stands between the benchmark's two markers. Raises NoPlace."""
    first, last = f"<!-- bench {measured.name} -->", f"<!-- end of bench {measured.name} -->"
    between = re.compile(f"{re.escape(first)}.*?{re.escape(last)}", re.DOTALL)
    section = f"{first}\n{as_markdown(measured, words=words)}\n{last}"
    text, places = between.subn(lambda _found: section, page.read_text(encoding="utf-8"))
    if places != 1:
        raise NoPlace(f"{page.name} needs {first} and {last} once, and has them {places} times")
    page.write_text(text, encoding="utf-8")


def shown(value: object) -> str:
    """A number as it is read: thousands apart, and no more digits than mean something."""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3f}"
    return f"{value:,}" if type(value) is int else str(value)
