"""``manage.py seed``: founds the cities of CITYCOIN_CITIES, and gives them people and days of payments in a demo."""

from __future__ import annotations

import argparse
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from contracts.domain.artifact import creation_code
from contracts.doors import wiring
from contracts.queries import founded_with_other_code
from seeds.domain.city_file import read_city
from seeds.domain.plan import RESIDENTS
from seeds.domain.tables import CityFileWrong
from seeds.doors import DemoBank
from seeds.operations import days, demo, founding
from seeds.operations.demo import DemoNotes
from seeds.operations.driving import ChainDriver
from seeds.operations.founding import Founded
from seeds.queries.digest import digest

# `./city up` passes on the lines that begin so.
CONTRACT_CHANGED: Final = (
    "notice: the contract has changed since this system was founded ({cities}): it goes on with the one that is on its chain. "
    "To be founded anew with the contract of today it needs ./city reset, which deletes var/ with database, chain and keys, "
    "and then ./city up; a city in service takes a new contract over as docs/succession.md says"
)


class Command(BaseCommand):
    """Needs a chain; carries what it signs by itself, with or without a worker."""

    help = "Found the cities of seeds/cities; safe to repeat."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """``--digest`` asks only."""
        parser.add_argument("--digest", action="store_true", help="print one hash of what the seeds have made")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = [read_city(file) for file in sorted(settings.CITIES_FOLDER.glob("*.toml"))]
        except CityFileWrong as wrong:
            raise CommandError(str(wrong)) from wrong
        if options["digest"]:
            self.stdout.write(digest(files))
            return
        if cities := founded_with_other_code(creation_code()):
            # First of all, for what follows may fail by it.
            self.stdout.write(CONTRACT_CHANGED.format(cities=", ".join(cities)))
            self.stdout.flush()
        driver = ChainDriver.of(wiring.chain_gateway(), wiring.devnet(), DemoBank())
        said = DemoNotes.so_far()
        founded = founding.found(files, driver)
        for each in founded:
            demo.note_tokens(each, said)
        acts = _live(founded, said, driver) if settings.DEMO else 0
        driver.come_back()
        self.stdout.write(f"{len(founded)} cities, {acts} top-ups and payments")


def _live(cities: list[Founded], said: DemoNotes, driver: ChainDriver) -> int:
    """The demo's people; with residents and their days unless only cities were asked for."""
    for each in cities:
        demo.open_officials(each, said, driver)
        demo.open_owners(each, said, driver)
    if settings.SEED == "cities":
        for each in cities:
            demo.open_api_residents(each, said, driver)
        for each in cities:
            days.top_up_api_residents(each, driver)
        return 0
    for each in cities:
        demo.open_residents(each, said, driver, count=RESIDENTS)
    return days.live_through(cities, said, driver)
