"""``manage.py untranslated vi``: the texts that a language's catalogue doesn't have, as JSON to be filled in."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from citycoin.foundation.bilingual import CatalogueWrong, catalogue
from citycoin.foundation.said_texts import said_texts


class Command(BaseCommand):
    """Each English text with its Korean, which the translation takes the place of; {} where nothing is missing."""

    help = "Print the texts that are said in English for want of a translation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """code: a language's, as the catalogue's file is called."""
        parser.add_argument("code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sorted, so that two lists can be compared. Texts that nobody says any more go to stderr."""
        try:
            there = catalogue(settings.CATALOGUES, options["code"])
        except (CatalogueWrong, json.JSONDecodeError) as wrong:
            raise CommandError(str(wrong)) from wrong
        said = said_texts(settings.BASE_DIR)
        missing = {en: ko for en, ko in sorted(said.items()) if en not in there}
        self.stdout.write(json.dumps(missing, ensure_ascii=False, indent=2))
        for english in sorted(there.keys() - said.keys()):
            self.stderr.write(f"said nowhere: {english}")
