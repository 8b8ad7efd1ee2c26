"""What is exported: a title, columns of a kind each, and rows. It holds no more rows than its reader takes at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.errors import Rejected

# What a spreadsheet takes into one cell.
LONGEST_TEXT: Final = 32_767


class ExportTooLong(Rejected):
    """More rows than such a file holds; ``details.most`` says how many that are."""

    code = "export_too_long"
    ko = "이 형식으로 받기에는 내역이 너무 많아요. 기간을 줄이거나 CSV로 받아 주세요."
    en = "There are too many rows for this kind of file. Please choose a shorter period, or CSV."


class Kind(StrEnum):
    """What a column's cells are: text; a number of won or of things, which sums up; won that were there at a moment, which
    don't; a day; a moment with its zone.
    """

    TEXT = "text"
    WON = "won"
    COUNT = "count"
    BALANCE = "balance"
    DAY = "day"
    MOMENT = "moment"

    @property
    def sums_up(self) -> bool:
        """Whether a total of the column says something."""
        return self in {Kind.WON, Kind.COUNT}


Cell = str | int | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """Its name, and what its cells are; each of them may be None, which is an empty cell."""

    words: Words
    kind: Kind = Kind.TEXT

    def __str__(self) -> str:
        """The name with its unit, in the reader's language."""
        return f"{self.words}{Words('(원)', ' (won)')}" if self.kind in {Kind.WON, Kind.BALANCE} else str(self.words)


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` are read once, and only so far as they are written. ``lines`` stand below the title: whose it is, since when.

    ``size`` counts the rows without reading them, as the database does; None where they are never many.
    """

    title: Words
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    lines: Sequence[Words] = ()
    size: Callable[[], int] | None = None


def at_most(rows: Iterable[Sequence[Cell]], most: int) -> Iterator[Sequence[Cell]]:
    """The rows. Raises ExportTooLong after ``most`` of them."""
    iterator = iter(rows)
    yield from islice(iterator, most)
    if next(iterator, None) is not None:
        raise ExportTooLong(most=most)


def one_line(text: str) -> str:
    """A text as one cell holds it: whatever breaks a line, and other characters of control, are spaces."""
    seen = (" " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each for each in text[:LONGEST_TEXT])
    return "".join(seen).strip()


def seoul(moment: datetime) -> datetime:
    """The wall clock of Seoul, without its zone, in whole seconds: what files say."""
    return moment.astimezone(KST).replace(tzinfo=None, microsecond=0)


def written(cell: Cell) -> str:
    """As a reader of paper sees it: ``1,234``, ``2026-11-29``, ``2026-11-29 14:02:11``."""
    match cell:
        case None:
            return ""
        case int():
            return f"{cell:,}"
        case datetime():
            return f"{seoul(cell):%Y-%m-%d %H:%M:%S}"
        case date():
            return cell.isoformat()
        case _:
            return one_line(cell)
