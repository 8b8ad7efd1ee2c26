"""What a request says of a file: the residents', the shops' and the officials' doors read it alike."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from citycoin.foundation.http.errors import FieldsWrong
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.cities.models import City
from citycoin.platform.exports.domain.formats import CSV
from citycoin.platform.exports.doors.files import fetched
from citycoin.platform.exports.models import FileJob
from citycoin.platform.exports.queries import Recipe, Wanted, path_of, recipe_of, wanted_by

# Characters of what a page's address says of the rows.
LONGEST: Final = 500


def asked_for(request: HttpRequest, recipe: Recipe, person: Person, city: City, now: datetime) -> tuple[Wanted, str]:
    """What the address asks for, and as which kind of file. Raises NotFound first of all where they may not see the rows."""
    said = request.GET
    of = {name: said.get(name, "")[:LONGEST] for name in recipe.fields}
    wanted = Wanted(person, city, of, now)
    recipe.table(wanted)
    return wanted, said.get("as", CSV.name)


def client_id_of(request: HttpRequest) -> UUID:
    """The id that the form chose. Raises FieldsWrong."""
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        raise FieldsWrong(fields=["id"]) from None


def whole_file(job: FileJob, now: datetime) -> HttpResponseBase:
    """The file, where it is done and who asked may still see its rows. Raises NotHere, and what its recipe raises."""
    recipe_of(job).table(wanted_by(job, now))
    if job.state != FileJob.State.DONE or not path_of(job).is_file():
        raise NotHere
    return fetched(job)
