"""``manage.py audit``: recomputes each city's chain of acts and names the first one that isn't right."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from citycoin.platform.audit.queries import events_of, first_broken
from citycoin.platform.cities.queries import all_cities


class Command(BaseCommand):
    """Reads only; exit code 1 where a chain is broken."""

    help = "Check the hash chain of every city's audit log."

    def handle(self, *args: Any, **options: Any) -> None:
        """A line a city."""
        broken = {city.slug: first_broken(city.pk) for city in all_cities()}
        for city in all_cities():
            number = broken[city.slug]
            said = f"{events_of(city.pk).count()} acts, all right" if number is None else f"broken at act {number}"
            self.stdout.write(f"{city.slug}: {said}")
        if any(number is not None for number in broken.values()):
            sys.exit(1)
