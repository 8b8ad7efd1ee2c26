"""``manage.py error_page``: writes docs/errors.md; with --check only compares, exit 1 where it differs."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from citycoin.foundation.http import error_page


class Command(BaseCommand):
    """The top of the apps' layers knows all of them, so all errors are loaded."""

    help = "Write docs/errors.md from the errors of the code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check: compare only."""
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the page differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, or compare."""
        said = error_page.page()
        if not options["check"]:
            error_page.PAGE.write_text(said)
        elif not error_page.PAGE.is_file() or error_page.PAGE.read_text() != said:
            self.stderr.write("docs/errors.md is not what the code says; manage.py error_page writes it")
            sys.exit(1)
