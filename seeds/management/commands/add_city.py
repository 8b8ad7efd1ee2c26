"""``manage.py add_city FILE``: founds one more city on the running system, from a file anywhere."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from contracts.domain.gateway import ChainUnavailable
from contracts.doors import wiring
from seeds.domain.city_file import read_city
from seeds.domain.tables import CityFileWrong
from seeds.doors import DemoBank
from seeds.operations import demo, founding
from seeds.operations.demo import DemoNotes
from seeds.operations.driving import ChainDriver

NOT_FOUNDED = (
    "the city isn't founded whole: start the system with ./city up, then call this again, which goes on where it was"
)


class Command(BaseCommand):
    """The steps of ``seed`` for a city; repeated, it goes on where it was and changes nothing that is there."""

    help = "Found the city that FILE describes (docs/seeds.md); safe to repeat."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = read_city(options["file"])
        except CityFileWrong as wrong:
            raise CommandError(str(wrong)) from wrong
        said = DemoNotes.so_far()
        try:
            driver = ChainDriver.of(wiring.chain_gateway(), wiring.devnet(), DemoBank())
            (city,) = founding.found([file], driver)
        except (ChainUnavailable, OperationalError, TimeoutError, founding.NoFunder) as no:
            raise CommandError(f"{NOT_FOUNDED} ({no})") from no
        demo.note_tokens(city, said)
        if settings.DEMO:
            demo.open_officials(city, said, driver)
            demo.open_owners(city, said, driver)
        contract, programmes = city.contract, len(file.programmes)
        self.stdout.write(f"{file.slug}: contract {contract.address}, budget of {file.cap}")
        self.stdout.write(
            f"{programmes} programmes, {len(city.opened)} shops opened now, {len(file.shops)} in the file"
        )
        self.stdout.write(f"{settings.PUBLIC_URL}/{file.slug}/")
        if settings.DEMO:
            self.stdout.write(f"officials and shop owners of the demo are in {settings.VAR / demo.FILE}")
