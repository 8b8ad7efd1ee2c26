"""What a chart is: a picture, the sentence it shows, and the rows that it was drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString

from citycoin.foundation.bilingual import Words
from citycoin.foundation.sums import exact_won

# What somebody has said already, or says in both languages.
Spoken = str | Words
# Won; None is hidden, since too few people are behind it; a text stands as it is.
Cell = int | str | None

HIDDEN: Final = Words("5명 미만이라 감췄어요", "Hidden: fewer than 5 people")
HIDDEN_SHORT: Final = Words("감춤", "Hidden")
NOTHING: Final = Words("아직 보여 줄 것이 없어요", "There is nothing to show yet")
ALL_ZERO: Final = Words("모두 0원이에요", "All are ₩0")


@dataclass(frozen=True, slots=True)
class Heading:
    """``title`` says what the picture shows, as a finding; ``how`` says what was counted, when and how."""

    title: Spoken
    how: Spoken


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: what it is called, and its cells."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def written(self) -> tuple[str, ...]:
        """The cells as they are read: won to the won."""
        return tuple(written(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """The picture's twin: the same rows, to the won. ``header`` names the column of labels, too."""

    header: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class LegendItem:
    """A small square (or stroke) as it is in the picture, and what it means."""

    swatch: SafeString
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and all that stands around it, in the language that was active when it was drawn.

    ``svg`` has no script and no style attribute; classes colour it (``pages.css``), and its patterns are those of
    ``components/patterns.html``, which a page includes once. ``components/figure.html`` draws the whole.
    """

    title: str
    how: str
    svg: SafeString
    table: Table
    alternative: str
    legend: tuple[LegendItem, ...] = ()


def written(cell: Cell) -> str:
    """A cell as it is read."""
    if cell is None:
        return str(HIDDEN)
    return str(exact_won(cell)) if isinstance(cell, int) else cell


def table(first: Spoken, columns: Sequence[Spoken], rows: Sequence[tuple[Spoken, tuple[Cell, ...]]]) -> Table:
    """A table in the reader's language."""
    return Table(
        header=(str(first), *(str(column) for column in columns)),
        rows=tuple(TableRow(str(label), cells) for label, cells in rows),
    )
