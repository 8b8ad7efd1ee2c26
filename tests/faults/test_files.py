"""The worker killed in the middle of a file: it is made once, whole, and nothing else is left."""

from __future__ import annotations

import csv
from io import StringIO
from uuid import uuid4

import httpx
from django.conf import settings

from citycoin.platform.cities.models import City
from citycoin.platform.exports.models import FileJob
from citycoin.platform.exports.operations import LEAST_ROWS_A_STEP
from citycoin.platform.queues.models import FailedRow
from merchants.models import Shop
from tests.officials import official_at_work
from tests.outside import eventually
from tests.running import RunningSystem

POINTS = ("begin_file.committed", "note_rows.uncommitted", "note_rows.committed", "finish_file.uncommitted")
NEW = "/gimpo/console/files/new/shops?query=&as=csv"


def test_file_is_made_once_and_whole_wherever_the_worker_dies(system: RunningSystem):
    """Asked for twice, as by two presses; each point kills the worker once, and the next one begins anew."""
    at_work = official_at_work(system.web_url, City.objects.get(slug="gimpo"))
    asked = {"id": str(uuid4())}
    for point in POINTS:
        system.arm(point)

    first = at_work.visitor.send(NEW, asked)
    second = at_work.visitor.send(NEW, asked)
    eventually(lambda: not system.armed(), what="a death at each point")
    job = FileJob.objects.get(client_id=asked["id"])
    eventually(lambda: FileJob.objects.get(pk=job.pk).state == FileJob.State.DONE, what="the file")

    assert first.headers["location"] == second.headers["location"]
    answer = at_work.visitor.get(f"{first.headers['location']}/content")
    assert answer.status_code == httpx.codes.OK
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert len(rows) == Shop.objects.filter(city__slug="gimpo").count() > LEAST_ROWS_A_STEP
    assert {each["상호"] for each in rows} == set(
        Shop.objects.filter(city__slug="gimpo").values_list("name_ko", flat=True)
    )
    assert [each.name for each in (settings.VAR / "files").iterdir()] == [f"{asked['id']}.csv"]
    assert not FailedRow.objects.filter(queue="files").exists()
