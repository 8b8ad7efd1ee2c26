"""``manage.py reconcile``: prints every difference between the books and the chain; exit 1 if there is one."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from citycoin.platform.incidents.queries import open_incidents
from contracts.queries import founded_tokens
from wallets.queries.reconciliation import differences


class Command(BaseCommand):
    """Reads only."""

    help = "Compare every wallet's posted balance with balanceOf; exit 1 where they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        """A line a difference, then a line a city."""
        found = 0
        for contract in founded_tokens():
            of_city = differences(contract=contract, url=settings.CHAIN_RPC_URL)
            for each in of_city:
                self.stdout.write(str(each))
            unclosed = open_incidents(contract.city_id).count()
            self.stdout.write(f"{contract.city}: {len(of_city)} differences, {unclosed} open incidents")
            found += len(of_city)
        sys.exit(1 if found else 0)
