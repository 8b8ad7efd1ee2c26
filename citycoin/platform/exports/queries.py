"""Which files can be made by the worker, who may have them, and what is under way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from citycoin.foundation.bilingual import Words
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.cities.models import City
from citycoin.platform.exports.domain.formats import FORMATS
from citycoin.platform.exports.domain.tables import Table
from citycoin.platform.exports.models import FileJob
from citycoin.platform.queues.queries import Queue, register, set_aside_rows

# Whose pages a file belongs to: an official's session ends sooner than a resident's.
PEOPLE: Final = "people"
CONSOLE: Final = "console"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who asks, now, and for what of the recipe: ``of`` has a text for each of its fields."""

    person: Person
    city: City
    of: Mapping[str, str]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A file that may be large. ``table`` asks each time whether the person may see the rows, and raises NotFound if not.

    It is asked when the file is asked for, when it is made, and when it is fetched. ``called``: the file's name in ASCII,
    without its ending; ``back``: the path of the page where it is asked for.
    """

    name: str
    place: str
    fields: tuple[str, ...]
    table: Callable[[Wanted], Table]
    called: Callable[[Wanted], str]
    back: Callable[[Wanted], str]


_recipes: dict[str, Recipe] = {}


def register_recipe(recipe: Recipe) -> Recipe:
    """Make the recipe known to the worker; its module is imported when Django is ready."""
    _recipes[recipe.name] = recipe
    return recipe


def recipe_named(name: str, place: str) -> Recipe:
    """The recipe of these pages. Raises NotHere."""
    found = _recipes.get(name)
    if found is None or found.place != place:
        raise NotHere
    return found


def recipe_of(job: FileJob) -> Recipe:
    """The recipe by which it is made. Raises NotHere where a release has it no longer."""
    found = _recipes.get(job.recipe)
    if found is None:
        raise NotHere
    return found


def wanted_by(job: FileJob, now: datetime) -> Wanted:
    """What was asked, as if it were asked now."""
    return Wanted(job.person, job.city, job.of, now)


def waiting_jobs() -> QuerySet[FileJob]:
    """Files under way, whether or not a worker has begun with them."""
    return FileJob.objects.filter(ended_at=None)


FILES: Final = register(
    Queue(
        name="files",
        step="files.make",
        words=Words("만들 파일", "files to make"),
        late=timedelta(minutes=30),
        rows=waiting_jobs,
        since="asked_at",
    )
)


def jobs_of(person: Person, city_id: int, place: str) -> list[FileJob]:
    """Their files of these pages, the newest first."""
    rows = FileJob.objects.filter(person=person, city_id=city_id).select_related("city").order_by("-pk")
    return [each for each in rows if each.recipe in _recipes and _recipes[each.recipe].place == place]


def jobs_asked_at(person: Person, back: str, at_most: int) -> list[FileJob]:
    """Their files that were asked for on the page with this path, the newest first."""
    rows = FileJob.objects.filter(person=person, back=back, recipe__in=_recipes)
    return list(rows.select_related("city").order_by("-pk")[:at_most])


def job_of(person: Person, city_id: int, client_id: UUID, place: str) -> FileJob:
    """Their file under this id. Raises NotHere."""
    rows = FileJob.objects.filter(person=person, city_id=city_id, client_id=client_id)
    found = rows.select_related("city", "person").first()
    if found is None or recipe_of(found).place != place:
        raise NotHere
    return found


def is_set_aside(job: FileJob) -> bool:
    """Whether making it failed thrice, so that it waits for the officials."""
    return set_aside_rows(FILES).filter(row=job.pk).exists()


def folder() -> Path:
    """Where files lie: of the machine's own state, and nobody's but ours."""
    made = settings.VAR / "files"
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(made)


def path_of(job: FileJob) -> Path:
    """Where the file lies once it is whole."""
    return folder() / f"{job.client_id}{FORMATS[job.format].ending}"
