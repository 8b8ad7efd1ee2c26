"""``manage.py add_city FILE``: founds one more city on the running system, from a file anywhere."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from contracts.doors import wiring
from seeds.domain.city_file import read_city
from seeds.domain.tables import CityFileWrong
from seeds.operations import demo, founding
from seeds.operations.demo import DemoNotes
from seeds.operations.driving import ChainDriver


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
        driver = ChainDriver.of(wiring.chain_gateway(), wiring.devnet())
        said = DemoNotes.so_far()
        (city,) = founding.found([file], driver)
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
