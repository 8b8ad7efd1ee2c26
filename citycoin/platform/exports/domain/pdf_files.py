"""PDFs: on A4 with the header on each page, and as a strip for printers of 80 mm. Each ends with the totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue
from fpdf.fonts import TTFFont

from citycoin.foundation.bilingual import Words
from citycoin.platform.exports.domain.tables import Cell, Column, Kind, Table, at_most, written
from citycoin.platform.exports.domain.typefaces import BOLD, REGULAR

MOST_ROWS: Final = 2_000
MOST_ROWS_OF_A_STRIP: Final = 300
A4_MM: Final = (210, 297)
MARGIN_MM: Final = 12
LINE_MM: Final = 4.4
GAP_MM: Final = 1.2  # left and right of a cell's text
LEAST_MM: Final = 18  # a column of text that has to give room
TEXT_PT, HEAD_PT, SMALL_PT, TITLE_PT = 8.5, 8.5, 8, 15
STRIP_MM: Final = 80
STRIP_MARGIN_MM: Final = 4
LONGEST_STRIP_MM: Final = 5_000  # a PDF's page ends at 5,080
LAST_PAGE: Final = (
    "\x1e"  # what stands for the number of pages while they are drawn; no cell has a character of control
)
TOTAL: Final = Words("합계", "Total")


class _Numbered(FPDF):
    """Says below each page which of how many it is."""

    def footer(self) -> None:
        """The library's hook."""
        self.set_font("Square", "", SMALL_PT)
        self.set_y(-MARGIN_MM - LINE_MM)
        self.cell(0, LINE_MM, f"{self.page_no()} / {LAST_PAGE}", align=Align.C)


@dataclass(slots=True)
class _Page:
    """What is drawn on A4, and how wide each column is."""

    pdf: FPDF
    columns: Sequence[Column]
    widths: Sequence[float]

    def row(self, texts: Sequence[str], *, bold: bool = False) -> None:
        """One row as high as its highest cell; on a new page, below the header, where it doesn't fit."""
        self.pdf.set_font("Square", "B" if bold else "", TEXT_PT)
        cells = [_wrapped(self.pdf, text, wide) for text, wide in zip(texts, self.widths, strict=True)]
        high = LINE_MM * max(len(lines) for lines in cells)
        if self.pdf.get_y() + high > A4_MM[1] - 2 * MARGIN_MM:
            self.pdf.add_page()
            self.head()
            self.pdf.set_font("Square", "B" if bold else "", TEXT_PT)
        self._draw(cells, high)

    def head(self) -> None:
        """The columns' names between two rules."""
        self._rule()
        self.pdf.set_font("Square", "B", HEAD_PT)
        cells = [_wrapped(self.pdf, str(each), wide) for each, wide in zip(self.columns, self.widths, strict=True)]
        self._draw(cells, LINE_MM * max(len(lines) for lines in cells))
        self._rule()

    def total(self, texts: Sequence[str]) -> None:
        """The last row, below a rule."""
        self._rule()
        self.row(texts, bold=True)

    def _draw(self, cells: Sequence[Sequence[str]], high: float) -> None:
        left: float = MARGIN_MM
        top = self.pdf.get_y()
        for column, lines, wide in zip(self.columns, cells, self.widths, strict=True):
            for place, line in enumerate(lines):
                self.pdf.set_xy(left + GAP_MM, top + place * LINE_MM)
                self.pdf.cell(wide - 2 * GAP_MM, LINE_MM, line, align=Align.R if column.kind.sums_up else Align.L)
            left += wide
        self.pdf.set_y(top + high)

    def _rule(self) -> None:
        at = self.pdf.get_y() + 0.4
        self.pdf.line(MARGIN_MM, at, A4_MM[0] - MARGIN_MM, at)
        self.pdf.set_y(at + 0.4)


def pdf_of(table: Table) -> bytes:
    """A4 upright, as many pages as it needs. Raises ExportTooLong."""
    rows = list(at_most(table.rows, MOST_ROWS))
    texts = [[written(each) for each in row] for row in rows]
    totals = totals_of(table.columns, rows)
    with _begun(_Numbered(format=A4_MM), table, MARGIN_MM) as pdf:
        page = _Page(pdf, table.columns, _widths(pdf, table.columns, [*texts, totals]))
        _title(pdf, table, TITLE_PT)
        page.head()
        for row in texts:
            page.row(row)
        page.total(totals)
        return bytes(pdf.output())


def strip_of(table: Table) -> bytes:
    """One page 80 mm wide and as long as its rows, each below the other with the columns' names. Raises ExportTooLong."""
    rows = list(at_most(table.rows, MOST_ROWS_OF_A_STRIP))
    with _begun(FPDF(format=(STRIP_MM, LONGEST_STRIP_MM)), table, STRIP_MARGIN_MM) as tried:
        _strip(tried, table, rows)
        long = max(tried.get_y() + STRIP_MARGIN_MM, STRIP_MM)
    with _begun(FPDF(format=(STRIP_MM, long)), table, STRIP_MARGIN_MM) as pdf:
        _strip(pdf, table, rows)
        return bytes(pdf.output())


def totals_of(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[str]:
    """The last row: how many rows there are, and the sums of those columns that have one."""
    said = [
        written(sum(row[place] or 0 for row in rows)) if column.kind.sums_up else ""  # type: ignore[misc] # numbers or None
        for place, column in enumerate(columns)
    ]
    count = f"{len(rows):,}"
    return [f"{TOTAL} · {Words('{count}건', '{count} rows').filled(count=count)}", *said[1:]]


@contextmanager
def _begun(pdf: FPDF, table: Table, margin: float) -> Iterator[FPDF]:
    """Its first page, with nothing on it; the fonts' files are open within."""
    pdf.alias_nb_pages(LAST_PAGE)
    pdf.add_font("Square", "", REGULAR)
    pdf.add_font("Square", "B", BOLD)
    pdf.set_title(str(table.title))
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(margin)
    pdf.c_margin = 0
    pdf.set_line_width(0.2)
    pdf.add_page()
    try:
        yield pdf
    finally:
        for font in pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()


def _title(pdf: FPDF, table: Table, size: float) -> None:
    pdf.set_font("Square", "B", size)
    pdf.multi_cell(0, size * 0.5, str(table.title), align=Align.L, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Square", "", SMALL_PT)
    for line in table.lines:
        pdf.multi_cell(0, LINE_MM, str(line), align=Align.L, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)


def _wrapped(pdf: FPDF, text: str, wide: float) -> list[str]:
    """Its lines in the type that is set."""
    room = wide - 2 * GAP_MM
    if pdf.get_string_width(text) <= room:
        return [text]
    lines = pdf.multi_cell(room, LINE_MM, text, dry_run=True, output=MethodReturnValue.LINES, align=Align.L)
    return [str(each) for each in lines]  # type: ignore[union-attr] # what LINES answers


def _widths(pdf: FPDF, columns: Sequence[Column], texts: Sequence[Sequence[str]]) -> list[float]:
    """Numbers and times get what they need; texts share what is left."""
    pdf.set_font("Square", "B", TEXT_PT)
    wanted = [
        max(pdf.get_string_width(text) for text in (str(column), *(row[place] for row in texts))) + 2 * GAP_MM + 0.1
        for place, column in enumerate(columns)
    ]
    spare = A4_MM[0] - 2 * MARGIN_MM - sum(wanted)
    if spare >= 0:
        return [each + spare / len(wanted) for each in wanted]
    # The widest texts give room first: what a narrow one doesn't need of its share is the others'.
    widths = dict(enumerate(wanted))
    texts_at = sorted(
        (place for place, column in enumerate(columns) if column.kind is Kind.TEXT), key=widths.__getitem__
    )
    left = sum(widths[place] for place in texts_at) + spare
    for taken, place in enumerate(texts_at):
        widths[place] = max(min(widths[place], left / (len(texts_at) - taken)), LEAST_MM)
        left -= widths[place]
    return list(widths.values())


def _strip(pdf: FPDF, table: Table, rows: Sequence[Sequence[Cell]]) -> None:
    _title(pdf, table, TITLE_PT - 4)
    for row in rows:
        _dashes(pdf)
        said = [(column, written(cell)) for column, cell in zip(table.columns, row, strict=True) if cell is not None]
        words = " · ".join(text for column, text in said if not column.kind.sums_up)
        pdf.multi_cell(0, LINE_MM, words, align=Align.L, new_x="LMARGIN", new_y="NEXT")
        _figures(pdf, [(str(column), text) for column, text in said if column.kind.sums_up])
    _dashes(pdf)
    pdf.set_font("Square", "B", SMALL_PT)
    count, *totals = totals_of(table.columns, rows)
    pdf.cell(0, LINE_MM, count, new_x="LMARGIN", new_y="NEXT")
    named = zip(table.columns[1:], totals, strict=True)
    _figures(pdf, [(str(column), text) for column, text in named if column.kind.sums_up])


def _figures(pdf: FPDF, figures: Sequence[tuple[str, str]]) -> None:
    for name, text in figures:
        pdf.cell(0, LINE_MM, name)
        pdf.set_x(STRIP_MARGIN_MM)
        pdf.cell(0, LINE_MM, text, align=Align.R, new_x="LMARGIN", new_y="NEXT")


def _dashes(pdf: FPDF) -> None:
    at = pdf.get_y() + 0.8
    pdf.set_dash_pattern(1, 1)
    pdf.line(STRIP_MARGIN_MM, at, STRIP_MM - STRIP_MARGIN_MM, at)
    pdf.set_dash_pattern()
    pdf.set_xy(STRIP_MARGIN_MM, at + 0.8)
