"""The one way out of a table as a file: ``?as=csv`` (or nothing), ``xlsx``, ``pdf`` or ``80mm``; a large one as a job."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from tempfile import TemporaryFile
from typing import Final
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import override

from citycoin.foundation.bilingual import language
from citycoin.platform.cities.models import City
from citycoin.platform.exports.domain.csv_files import csv_of
from citycoin.platform.exports.domain.formats import CSV, FORMATS, Format, format_named
from citycoin.platform.exports.domain.tables import Table, at_most
from citycoin.platform.exports.models import FileJob
from citycoin.platform.exports.operations import prepared
from citycoin.platform.exports.queries import CONSOLE, Recipe, path_of, recipe_of

# What a file's name can't have on one system or another.
NOT_IN_A_NAME: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


def exported(request: HttpRequest, table: Table, name: str, *, job: str = "") -> HttpResponseBase:
    """The table as a file of the kind that ``?as=`` names, in the reader's language.

    ``name`` is the file's in ASCII, without its ending; where a browser reads RFC 5987 the table's title is. What takes
    longer than one waits for leads to ``job``, the page where it is asked for as one (``job_page``). Where there is none a
    CSV streams, and more rows of another kind than are made at once are refused.
    Raises ExportFormatUnknown, ExportTooLong.
    """
    wanted = format_named(request.GET.get("as", CSV.name))
    if job and table.size and wanted.is_large(table.size()):
        return HttpResponseRedirect(f"{job}&{urlencode({'as': wanted.name})}")
    return _named(_made(prepared(table), wanted), wanted, name=name, title=str(table.title))


def job_page(recipe: Recipe, city: City, **of: str) -> str:
    """The address where this file is asked for as a job; the format is still to be added."""
    path = url_in(recipe.place, "file-new", city.slug, recipe.name)
    return f"{path}?{urlencode({name: of[name] for name in recipe.fields})}"


def url_in(place: str, name: str, *args: object) -> str:
    """The address of one of the pages of files, in the officials' pages or in everybody's."""
    return reverse(f"console-{name}" if place == CONSOLE else name, args=args)


def url_of(job: FileJob, name: str, *args: object) -> str:
    """The same for a file, in the pages where it was asked for. Raises NotHere."""
    return url_in(recipe_of(job).place, name, job.city.slug, *args)


def fetched(job: FileJob) -> HttpResponseBase:
    """The file of a job that is done."""
    return _named(FileResponse(path_of(job).open("rb")), FORMATS[job.format], name=job.name, title=job.title)


def _made(table: Table, wanted: Format) -> HttpResponseBase:
    if wanted is CSV:
        return StreamingHttpResponse(_in(language(), csv_of(table)))
    file = TemporaryFile()  # noqa: SIM115 - closed by the answer, or here
    try:
        wanted.write(replace(table, rows=at_most(table.rows, wanted.at_once)), file)
    except BaseException:  # an interrupt, too, leaves no file open; it goes on its way
        file.close()
        raise
    file.seek(0)
    return FileResponse(file)


def _in(code: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Each piece in the language of the request, which is over when they are made, maybe in another thread."""
    while True:
        with override(code):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _named(answer: HttpResponseBase, wanted: Format, *, name: str, title: str) -> HttpResponseBase:
    titled = NOT_IN_A_NAME.sub(" ", title).strip()
    answer["Content-Type"] = wanted.content_type
    answer["Content-Disposition"] = (
        f"attachment; filename=\"{name}{wanted.ending}\"; filename*=UTF-8''{quote(titled + wanted.ending, safe='')}"
    )
    answer["Cache-Control"] = "no-store"
    return answer
