"""``manage.py entity_diagram``: writes docs/entities.md; with --check only compares, exit 1 where it differs."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from citycoin.platform.pages.doors import entity_diagram


class Command(BaseCommand):
    help = "Write docs/entities.md from the models."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the page differs")

    def handle(self, *args: Any, **options: Any) -> None:
        said = entity_diagram.page()
        if not options["check"]:
            entity_diagram.PAGE.write_text(said)
        elif not entity_diagram.PAGE.is_file() or entity_diagram.PAGE.read_text() != said:
            self.stderr.write("docs/entities.md is not what the models say; manage.py entity_diagram writes it")
            sys.exit(1)
