"""``manage.py error_page``: numbers new errors and writes docs/errors.md; with --check only compares, exit 1 where they differ."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from citycoin.foundation.http import error_page
from citycoin.foundation.kernel.error_numbers import NUMBERS


class Command(BaseCommand):
    """The top of the apps' layers knows all of them, so all errors are loaded."""

    help = "Write docs/errors.md from the errors of the code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check: compare only."""
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the page differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, or compare."""
        numbers = error_page.numbered()
        if not options["check"]:
            error_page.NUMBERS_FILE.write_text(error_page.numbers_file(numbers))
            NUMBERS.update(numbers)
            error_page.PAGE.write_text(error_page.page())
            return
        said = error_page.page()
        if numbers != NUMBERS:
            self.stderr.write("an error has no number yet; manage.py error_page gives it one")
            sys.exit(1)
        if not error_page.PAGE.is_file() or error_page.PAGE.read_text() != said:
            self.stderr.write("docs/errors.md is not what the code says; manage.py error_page writes it")
            sys.exit(1)
