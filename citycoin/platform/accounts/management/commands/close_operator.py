"""``manage.py close_operator NAME``: they are no operator from now on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.operations.people import close_operator


class Command(BaseCommand):
    """Ends what they have open, too. The name stays theirs: nobody else gets it."""

    help = "End an operator."

    def add_arguments(self, parser: CommandParser) -> None:
        """The name they sign in with."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Once."""
        if not close_operator(username=options["name"], now=clock.now()):
            raise CommandError(f"there is no operator called {options['name']}")
        self.stdout.write(f"{options['name']} is no operator any more")
