"""Writes of files that the worker makes: asked for, begun, on their way, done or over, and taken away.

A file is written under a name of its own and renamed when it is whole, so that whoever finds it finds all of it. A worker
that dies in the middle leaves its row ``making``, and the next one begins anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import override

from citycoin.foundation.bilingual import Words, language
from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Conflict, NotFound, Rejected
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Person
from citycoin.platform.exports.domain.formats import FORMATS, Format
from citycoin.platform.exports.domain.tables import Cell, ExportTooLong, Table
from citycoin.platform.exports.models import FileJob
from citycoin.platform.exports.queries import FILES, Recipe, Wanted, folder, path_of, recipe_of, wanted_by
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due

State = FileJob.State
MOST_UNDER_WAY: Final = 5
KEPT: Final = timedelta(days=7)
# How often at most a file's progress is written down, however many rows it has, and how seldom for few rows.
STEPS: Final = 50
LEAST_ROWS_A_STEP: Final = 2
PRACTICE: Final = Words("연습용 · 실제 돈이 아니에요", "Practice only: this is not real money")
PART: Final = ".part"


class TooManyFiles(Rejected):
    """So many files of theirs are under way already; ``details.most`` says how many may be."""

    code = "too_many_files"
    ko = "만들고 있는 파일이 이미 많아요. 이 파일은 시작하지 않았어요. 하나가 끝나거나 취소된 뒤에 다시 해 주세요."
    en = "Several files of yours are being made already. This one was not begun. Please wait for one, or cancel one."


class FileIdReused(Conflict):
    """Another file was asked for under this id."""

    code = "file_id_reused"
    ko = "이 화면에서 다른 파일을 이미 시작했어요. 새로 시작하지 않았어요. 화면을 새로 고친 뒤 다시 해 주세요."
    en = "This page has begun another file already. Nothing new was begun. Please reload the page and try again."


class _NotWanted(Exception):
    """It was cancelled while it was made."""


def prepared(table: Table) -> Table:
    """As it is written: a demo's says that it is for practice."""
    return replace(table, lines=(*table.lines, PRACTICE)) if settings.DEMO else table


@commits("ask_for_file")
def ask_for_file(*, client_id: UUID, recipe: Recipe, wanted: Wanted, format_: Format) -> FileJob:
    """A file to be made by the worker, once: asked under the same id, or for the same while it is under way, it is the same.

    Raises NotFound where they may not see the rows; ExportTooLong, TooManyFiles, FileIdReused.
    """
    table = recipe.table(wanted)
    total = table.size() if table.size else 0
    format_.is_large(total)
    person = locked(Person.objects.filter(pk=wanted.person.pk)).get()
    key = _key(recipe, wanted, format_)
    if made := FileJob.objects.filter(client_id=client_id).first():
        if made.person_id == person.pk and bytes(made.key) == key:
            return made
        raise FileIdReused
    under_way = FileJob.objects.filter(person=person, ended_at=None)
    if the_same := under_way.filter(key=key).first():
        return the_same
    if under_way.count() >= MOST_UNDER_WAY:
        raise TooManyFiles(most=MOST_UNDER_WAY)
    return FileJob.objects.create(
        city=wanted.city,
        person=person,
        client_id=client_id,
        recipe=recipe.name,
        of=dict(wanted.of),
        format=format_.name,
        language=language(),
        key=key,
        title=str(table.title),
        name=recipe.called(wanted),
        back=recipe.back(wanted),
        total=total,
        asked_at=wanted.now,
    )


@commits("cancel_file")
def cancel_file(*, job: FileJob, now: datetime) -> None:
    """It is not wanted any more: its worker stops at the next step. What has ended stays as it is."""
    found = locked(FileJob.objects.filter(pk=job.pk)).first()
    if found and found.ended_at is None:
        _end(found, State.CANCELLED, now)


def make_files(*, now: datetime) -> int:
    """Make those that wait, the oldest first, one after the other; return how many are done. Only one runs at a time."""
    rows = list(due(FILES, now).order_by("pk").values_list("pk", flat=True))
    return take(FILES, rows, lambda row: make_file(row[0], now=now), now=now)


def make_file(number: int, *, now: datetime) -> int:
    """Make this one, unless it has ended; return 1 where it is done. Raises what no row can help, such as OSError."""
    job = FileJob.objects.select_related("city", "person").filter(pk=number, ended_at=None).first()
    if job is None:
        return 0
    try:
        with override(job.language):
            table = recipe_of(job).table(wanted_by(job, now))
            begin_file(job=job, total=table.size() if table.size else 0)
            size = _written(job, table)
    except NotFound:
        refuse_file(job=job, reason=FileJob.Reason.NOT_THEIRS, now=now)
    except ExportTooLong:
        refuse_file(job=job, reason=FileJob.Reason.TOO_LONG, now=now)
    except _NotWanted:
        pass
    else:
        if finish_file(job=job, size=size, now=now):
            return 1
        path_of(job).unlink(missing_ok=True)
    return 0


@commits("begin_file")
def begin_file(*, job: FileJob, total: int) -> None:
    """A worker makes it from its first row on, also where another one died over it."""
    rows = FileJob.objects.filter(pk=job.pk, ended_at=None)
    if not rows.update(state=State.MAKING, done=0, total=total):
        raise _NotWanted
    job.total = total


@commits("note_rows")
def note_rows(*, job: FileJob, done: int) -> None:
    """So many rows are written. Raises what ends its making where it is not wanted any more."""
    if not FileJob.objects.filter(pk=job.pk, ended_at=None).update(done=done):
        raise _NotWanted


@commits("finish_file")
def finish_file(*, job: FileJob, size: int, now: datetime) -> bool:
    """It lies there, whole; False where it was cancelled in that moment."""
    found = locked(FileJob.objects.filter(pk=job.pk, ended_at=None)).first()
    if found is None:
        return False
    found.done, found.size = found.total, size
    _end(found, State.DONE, now)
    return True


@commits("refuse_file")
def refuse_file(*, job: FileJob, reason: FileJob.Reason, now: datetime) -> None:
    """There will be none, for a reason that who asked can read."""
    found = locked(FileJob.objects.filter(pk=job.pk, ended_at=None)).first()
    if found:
        found.reason = reason
        _end(found, State.REFUSED, now)


def tidy_files(*, now: datetime) -> int:
    """Take away what has expired, and every file that no row stands for; return how many rows went.

    Whoever makes files must not run meanwhile.
    """
    gone, _ = FileJob.objects.filter(expires_at__lte=now).delete()
    _sweep()
    return gone


def _sweep() -> None:
    """Files without a row that they could belong to: expired, or of a worker that died while its file was cancelled."""
    there = {each: each.name.partition(".")[0] for each in folder().iterdir()}
    if not there:
        return
    ids = [_uuid(stem) for stem in there.values()]
    wanted = FileJob.objects.filter(client_id__in=[each for each in ids if each]).exclude(
        state__in=[State.CANCELLED, State.REFUSED]
    )
    kept = {str(each) for each in wanted.values_list("client_id", flat=True)}
    for path, stem in there.items():
        if stem not in kept:
            path.unlink(missing_ok=True)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _written(job: FileJob, table: Table) -> int:
    """Write the file as a whole, or not at all; how many bytes it has."""
    whole = path_of(job)
    part = Path(f"{whole}{PART}")
    try:
        with part.open("wb") as into:
            os.fchmod(into.fileno(), 0o600)
            FORMATS[job.format].write(prepared(replace(table, rows=_counted(job, table.rows))), into)
            into.flush()
            os.fsync(into.fileno())
        size = part.stat().st_size
        part.replace(whole)
    except BaseException:  # whatever ends it, an interrupt among it, leaves no half file; it goes on its way
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return size


def _counted(job: FileJob, rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    """The rows; every so many, how far it is."""
    step = max(job.total // STEPS, LEAST_ROWS_A_STEP)
    for number, row in enumerate(rows):
        if number and not number % step:
            note_rows(job=job, done=number)
        yield row


def _end(job: FileJob, state: FileJob.State, now: datetime) -> None:
    job.state, job.ended_at, job.expires_at = state, now, now + KEPT
    job.save(update_fields=["state", "reason", "done", "size", "ended_at", "expires_at"])


def _key(recipe: Recipe, wanted: Wanted, format_: Format) -> bytes:
    asked = [wanted.person.pk, wanted.city.pk, recipe.name, sorted(wanted.of.items()), format_.name, language()]
    return hashlib.sha256(json.dumps(asked).encode()).digest()
