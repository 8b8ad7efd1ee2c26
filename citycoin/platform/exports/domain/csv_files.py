"""CSV as Korean Excel opens it by a double click: UTF-8 with its mark, CRLF, and no text that is taken for a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import islice
from typing import Final

from citycoin.platform.exports.domain.tables import Cell, Table, one_line, written

MARK: Final = b"\xef\xbb\xbf"
ROWS_AT_ONCE: Final = 200
# What begins a formula in a spreadsheet, full width too (OWASP, CSV injection). A tab and a line break are spaces by then.
FORMULA: Final = frozenset("=+-@＝＋－＠")
# What a spreadsheet takes for a number, and writes anew: 00123456, 12E45678, 1-2, .5.
LIKE_A_NUMBER: Final = re.compile(r"[.,:/]*[0-9０-９][0-9０-９.,:/eE+-]*")


def csv_of(table: Table) -> Iterator[bytes]:
    """The file in pieces, of which each holds some rows; it has no end of its own."""
    yield MARK + _lines([[plain(str(each)) for each in table.columns]])
    rows = iter(table.rows)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield _lines([[_cell(each) for each in row] for row in some])


def plain(text: str) -> str:
    """The text as one cell that no spreadsheet reads as a formula or a number: behind an apostrophe where it would."""
    text = one_line(text)
    return f"'{text}" if text[:1] in FORMULA or LIKE_A_NUMBER.fullmatch(text) else text


def _cell(cell: Cell) -> str:
    """A number is its digits, so that it can be summed; a day and a moment are what Excel knows as such."""
    if isinstance(cell, str):
        return plain(cell)
    return str(cell) if isinstance(cell, int) else written(cell)


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    into = StringIO()
    csv.writer(into, lineterminator="\r\n").writerows(rows)
    return into.getvalue().encode()
