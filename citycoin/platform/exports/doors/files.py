"""The one way out of a table as a file: ``?as=csv`` (or nothing), ``xlsx``, ``pdf`` or ``80mm``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from tempfile import TemporaryFile
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import override

from citycoin.foundation.bilingual import Words, language
from citycoin.foundation.kernel.errors import Malformed
from citycoin.platform.exports.domain.csv_files import csv_of
from citycoin.platform.exports.domain.tables import ExportTooLong, Table

# What a file's name can't have on one system or another.
NOT_IN_A_NAME: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
PRACTICE: Final = Words("연습용 · 실제 돈이 아니에요", "Practice only: this is not real money")


class ExportFormatUnknown(Malformed):
    """``as`` is none of the formats, which ``details.formats`` names."""

    code = "export_format_unknown"
    ko = "그런 형식의 파일은 없어요. CSV, XLSX, PDF, 80mm 중에서 골라 주세요."
    en = "There is no file of that kind. Please choose CSV, XLSX, PDF or 80mm."


@dataclass(frozen=True, slots=True)
class Format:
    """How a file of this kind is called, what a browser is told it is, and who writes it."""

    ending: str
    content_type: str
    answer: Callable[[Table], HttpResponseBase]


def exported(request: HttpRequest, table: Table, name: str) -> HttpResponseBase:
    """The table as a file of the kind that ``?as=`` names, in the reader's language.

    ``name`` is the file's in ASCII, without its ending; where a browser reads RFC 5987 the table's title is. CSV streams
    and has no limit of rows; an XLSX has 20,000 at most, a PDF 2,000, a strip of 80 mm 300.
    Raises ExportFormatUnknown, ExportTooLong.
    """
    wanted = FORMATS.get(request.GET.get("as", "csv"))
    if wanted is None:
        raise ExportFormatUnknown(formats=list(FORMATS))
    if settings.DEMO:
        table = replace(table, lines=(*table.lines, PRACTICE))
    answer = wanted.answer(table)
    titled = NOT_IN_A_NAME.sub(" ", str(table.title)).strip()
    answer["Content-Type"] = wanted.content_type
    answer["Content-Disposition"] = (
        f"attachment; filename=\"{name}{wanted.ending}\"; filename*=UTF-8''{quote(titled + wanted.ending, safe='')}"
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _csv(table: Table) -> StreamingHttpResponse:
    return StreamingHttpResponse(_in(language(), csv_of(table)))


def _in(code: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Each piece in the language of the request, which is over when they are made, maybe in another thread."""
    while True:
        with override(code):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _xlsx(table: Table) -> FileResponse:
    from citycoin.platform.exports.domain.xlsx_files import write_xlsx  # noqa: PLC0415 - as for PDFs

    file = TemporaryFile()  # noqa: SIM115 - closed by the answer, or here
    try:
        write_xlsx(table, file)
    except ExportTooLong:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file)


def _pdf(table: Table) -> HttpResponse:
    from citycoin.platform.exports.domain.pdf_files import pdf_of  # noqa: PLC0415 - a third of a second to import

    return HttpResponse(pdf_of(table))


def _strip(table: Table) -> HttpResponse:
    from citycoin.platform.exports.domain.pdf_files import strip_of  # noqa: PLC0415 - as for PDFs

    return HttpResponse(strip_of(table))


SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Final = {
    "csv": Format(".csv", "text/csv; charset=utf-8", _csv),
    "xlsx": Format(".xlsx", SHEET, _xlsx),
    "pdf": Format(".pdf", "application/pdf", _pdf),
    "80mm": Format("-80mm.pdf", "application/pdf", _strip),
}
