"""What the pages of files show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from citycoin.foundation.bilingual import Words
from citycoin.platform.cities.models import City
from citycoin.platform.exports.domain.formats import FORMATS, format_named
from citycoin.platform.exports.doors.files import url_of
from citycoin.platform.exports.models import FileJob
from citycoin.platform.exports.queries import Recipe, Wanted, is_set_aside

# How far a file is: what it is called, its tone, its icon.
STATES: Final = {
    FileJob.State.WAITING: (Words("차례를 기다리는 중", "Waiting its turn"), "", "clock"),
    FileJob.State.MAKING: (Words("만드는 중", "Being made"), "", "clock"),
    FileJob.State.DONE: (Words("다 됨", "Done"), "good", "check"),
    FileJob.State.REFUSED: (Words("만들 수 없음", "Can't be made"), "bad", "cross"),
    FileJob.State.CANCELLED: (Words("취소함", "Cancelled"), "", "cross"),
}
assert STATES.keys() == set(FileJob.State), "every state has words"
SET_ASIDE: Final = (Words("만들지 못함", "Could not be made"), "bad", "cross")
REASONS: Final = {
    FileJob.Reason.NOT_THEIRS: Words(
        "이 자료를 볼 권한이 없어졌거나 자료가 없어졌어요. 파일은 만들지 않았어요. 맡은 분께 물어봐 주세요.",
        "You may no longer see this, or it is gone. No file was made. Please ask whoever gave you the right.",
    ),
    FileJob.Reason.TOO_LONG: Words(
        "이 형식으로 담기에는 줄이 너무 많아요. 파일은 만들지 않았어요. 기간을 줄이거나 CSV로 다시 해 주세요.",
        "There are too many rows for this kind of file. None was made. Please choose a shorter period, or CSV.",
    ),
}
assert REASONS.keys() == set(FileJob.Reason), "every reason has words"
FORMAT_WORDS: Final = {
    "csv": Words("CSV", "CSV"),
    "xlsx": Words("엑셀", "Excel"),
    "pdf": Words("PDF", "PDF"),
    "80mm": Words("영수증 폭 80 mm", "80 mm strip"),
}
assert FORMAT_WORDS.keys() == FORMATS.keys(), "every format has words"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobShown:
    """A file as a line or a page; ``url``: its page. Of one that is done, ``file`` is where it is fetched."""

    job: FileJob
    words: Words
    tone: str
    icon: str
    kind: Words
    reason: Words | None
    is_under_way: bool
    is_set_aside: bool
    url: str
    file: str
    cancel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesPage:
    """Somebody's own files of these pages."""

    city: City
    files: Sequence[JobShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    """One file; ``files``: where all of theirs are."""

    city: City
    shown: JobShown
    files: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFilePage:
    """A file that takes long, before it is asked for; ``client_id`` makes two presses one file."""

    city: City
    title: Words
    kind: Words
    rows: int
    client_id: UUID
    back: str


def files_page(city: City, jobs: Sequence[FileJob]) -> FilesPage:
    """All of these."""
    return FilesPage(city=city, files=[shown(each) for each in jobs])


def file_page(city: City, job: FileJob) -> FilePage:
    """The page of one of them."""
    return FilePage(city=city, shown=shown(job), files=url_of(job, "files"))


def new_file_page(recipe: Recipe, wanted: Wanted, format_name: str) -> NewFilePage:
    """What it will be. Raises NotFound where they may not see the rows; ExportFormatUnknown, ExportTooLong."""
    table, kind = recipe.table(wanted), format_named(format_name)
    rows = table.size() if table.size else 0
    kind.is_large(rows)
    return NewFilePage(
        city=wanted.city,
        title=table.title,
        kind=FORMAT_WORDS[kind.name],
        rows=rows,
        client_id=uuid4(),
        back=recipe.back(wanted),
    )


def shown(job: FileJob) -> JobShown:
    """As it stands."""
    aside = job.ended_at is None and is_set_aside(job)
    words, tone, icon = SET_ASIDE if aside else STATES[FileJob.State(job.state)]
    return JobShown(
        job=job,
        words=words,
        tone=tone,
        icon=icon,
        kind=FORMAT_WORDS[job.format],
        reason=REASONS[FileJob.Reason(job.reason)] if job.reason else None,
        is_under_way=job.ended_at is None and not aside,
        is_set_aside=aside,
        url=url_of(job, "file", job.client_id),
        file=url_of(job, "file-content", job.client_id),
        cancel=url_of(job, "file-cancel", job.client_id),
    )
