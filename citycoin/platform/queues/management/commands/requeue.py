"""``manage.py requeue``: a row that was set aside is tried again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.queues.operations import requeue


class Command(BaseCommand):
    """What an official does on the page of incidents, for any city and for the installation."""

    help = "Have the row that was set aside with this incident tried again, and close the incident."

    def add_arguments(self, parser: CommandParser) -> None:
        """The incident's number, as the page and the log name it."""
        parser.add_argument("incident", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Requeue, or say why not. Raises CommandError."""
        try:
            requeue(incident_id=options["incident"], official=None, now=clock.now())
        except CityCoinError as no:
            raise CommandError(f"{no.ko}\n{no.en}") from no
        self.stdout.write(f"incident {options['incident']}: the row is tried again within seconds")
