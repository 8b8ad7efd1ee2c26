"""XLSX: texts are texts, won are numbers, days are days; written row by row into a file."""

from __future__ import annotations

from datetime import date, datetime
from typing import IO, Any, Final

import xlsxwriter

from citycoin.platform.exports.domain.tables import Cell, Kind, Table, at_most, one_line, seoul

MOST_ROWS: Final = 1_000_000
WIDTH_OF_LINES: Final = 100
# No text becomes a formula, a link or a number; a row is on disk once it is written.
OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LOOKS: Final = {
    Kind.TEXT: ("@", 18),
    Kind.WON: ("#,##0", 14),
    Kind.COUNT: ("#,##0", 10),
    Kind.BALANCE: ("#,##0", 14),
    Kind.DAY: ("yyyy-mm-dd", 12),
    Kind.MOMENT: ("yyyy-mm-dd hh:mm:ss", 20),
}
assert LOOKS.keys() == set(Kind), "every kind has a format and a width"


def write_xlsx(table: Table, into: IO[bytes]) -> None:
    """The whole workbook. Raises ExportTooLong."""
    with xlsxwriter.Workbook(into, OPTIONS) as book:
        sheet = book.add_worksheet()
        head = book.add_format({"bold": True, "bottom": 1})
        formats = [book.add_format({"num_format": LOOKS[each.kind][0]}) for each in table.columns]
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, LOOKS[column.kind][1])
            sheet.write_string(0, place, str(column), head)
        for number, row in enumerate(at_most(table.rows, MOST_ROWS), start=1):
            for place, cell in enumerate(row):
                _write(sheet, number, place, cell, formats[place])
        _about(book, table)


def _about(book: Any, table: Table) -> None:
    """A sheet of its own says what the first one is, so that nothing stands among its rows."""
    sheet = book.add_worksheet()
    sheet.set_column(0, 0, WIDTH_OF_LINES)
    for number, line in enumerate((table.title, *table.lines)):
        sheet.write_string(number, 0, one_line(str(line)), book.add_format({"text_wrap": True, "bold": number == 0}))


def _write(sheet: Any, row: int, place: int, cell: Cell, look: Any) -> None:
    match cell:
        case None:
            sheet.write_blank(row, place, None, look)
        case int():
            sheet.write_number(row, place, cell, look)
        case datetime():
            sheet.write_datetime(row, place, seoul(cell), look)
        case date():
            sheet.write_datetime(row, place, cell, look)
        case _:
            sheet.write_string(row, place, one_line(cell), look)
