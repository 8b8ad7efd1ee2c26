"""The kinds of files: who writes each, how many rows are made while somebody waits, and how many it may have at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final

from citycoin.foundation.kernel.errors import Malformed
from citycoin.platform.exports.domain.csv_files import csv_of
from citycoin.platform.exports.domain.tables import ExportTooLong, Table


class ExportFormatUnknown(Malformed):
    """``as`` is none of the formats, which ``details.formats`` names."""

    code = "export_format_unknown"
    ko = "그런 형식의 파일은 없어요. CSV, XLSX, PDF, 80mm 중에서 골라 주세요."
    en = "There is no file of that kind. Please choose CSV, XLSX, PDF or 80mm."


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How a file of this kind ends, what a browser is told it is, and who writes it.

    ``at_once``: so many rows, read from the database, take about a second of a processor; what has more is a job where
    there can be one, and is refused where not (a CSV streams). ``most``: more rows than these are refused in a job, too
    (None: there is no limit); a spreadsheet holds 1,048,576, and nobody reads more than some fifty pages of paper.
    """

    name: str
    ending: str
    content_type: str
    write: Callable[[Table, IO[bytes]], None]
    at_once: int
    most: int | None

    def is_large(self, rows: int) -> bool:
        """Whether so many rows are more than one waits for. Raises ExportTooLong where there can be no such file."""
        if self.most is not None and rows > self.most:
            raise ExportTooLong(most=self.most)
        return rows > self.at_once


def format_named(name: str) -> Format:
    """Raises ExportFormatUnknown."""
    found = FORMATS.get(name)
    if found is None:
        raise ExportFormatUnknown(formats=list(FORMATS))
    return found


def _csv(table: Table, into: IO[bytes]) -> None:
    for piece in csv_of(table):
        into.write(piece)


def _xlsx(table: Table, into: IO[bytes]) -> None:
    from citycoin.platform.exports.domain.xlsx_files import write_xlsx  # noqa: PLC0415 - as for PDFs

    write_xlsx(table, into)


def _pdf(table: Table, into: IO[bytes]) -> None:
    from citycoin.platform.exports.domain.pdf_files import pdf_of  # noqa: PLC0415 - a third of a second to import

    into.write(pdf_of(table))


def _strip(table: Table, into: IO[bytes]) -> None:
    from citycoin.platform.exports.domain.pdf_files import strip_of  # noqa: PLC0415 - as for PDFs

    into.write(strip_of(table))


SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = Format(
    name="csv", ending=".csv", content_type="text/csv; charset=utf-8", write=_csv, at_once=20_000, most=None
)
# What each may have is the writer's own limit; a test holds them equal, since a PDF's writer is imported late.
FORMATS: Final = {
    each.name: each
    for each in (
        CSV,
        Format(name="xlsx", ending=".xlsx", content_type=SHEET, write=_xlsx, at_once=20_000, most=1_000_000),
        Format(name="pdf", ending=".pdf", content_type="application/pdf", write=_pdf, at_once=1_000, most=2_000),
        Format(name="80mm", ending="-80mm.pdf", content_type="application/pdf", write=_strip, at_once=300, most=300),
    )
}
