"""``manage.py seed``: founds the cities of seeds/cities, and gives them people where the demo setting is on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from citycoin.kernel import clock
from contracts import wiring
from contracts.chain.signing import VaultSigner
from seeds import demo, founding
from seeds.city_file import CITIES, read_city


class Command(BaseCommand):
    """Needs a chain, and a worker that carries what is signed here."""

    help = "Found the cities of seeds/cities; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        """Each step for all cities, so that they wait for the chain together."""
        gateway, signer, now = wiring.chain_gateway(), VaultSigner(), clock.now()
        files = [read_city(file) for file in sorted(CITIES.glob("*.toml"))]
        contracts = {each: founding.begin(city_file=each, gateway=gateway, signer=signer, now=now) for each in files}
        said = demo.people()
        for each, contract in contracts.items():
            founding.decide_budget(contract=contract, city_file=each, gateway=gateway, signer=signer, now=now)
            tokens = founding.open_shops(contract=contract, city_file=each, signer=signer, now=now)
            said.setdefault(each.slug, {"shops": {}, "residents": []})["shops"] |= tokens
            if settings.DEMO:
                said[each.slug]["residents"] += demo.open_residents(contract=contract, signer=signer, now=now)
        demo.keep(said)
        for each, contract in contracts.items():
            founding.open_programmes(contract=contract, city_file=each, gateway=gateway, signer=signer, now=now)
        for contract in contracts.values():
            founding.wait_until_open(contract)
        if settings.DEMO:
            for contract in contracts.values():
                demo.top_up_residents(contract=contract, now=now)
        self.stdout.write(f"{len(files)} cities")
