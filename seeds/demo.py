"""People for the demo: residents with won, and what a person needs to play them, in var/demo.json."""

from __future__ import annotations

import json
import os
import secrets
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings

from citycoin.issuance.models import TopUp
from citycoin.issuance.operations import record_payment, reserve_top_up
from citycoin.kernel.money import Won
from citycoin.processes.waiting import wait_until
from contracts.chain.signing import VaultSigner
from contracts.models import Contract
from wallets.models import Wallet
from wallets.operations import open_wallet

RESIDENTS: Final = 2
FIRST_TOP_UP: Final = Won(100_000)
ISSUED_WITHIN_SECONDS: Final = 120


def people() -> dict[str, Any]:
    """What var/demo.json says: by city, the tokens and PINs of its people."""
    file = settings.VAR / "demo.json"
    said: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return said


def keep(said: dict[str, Any]) -> None:
    """Write var/demo.json, for its owner's eyes only."""
    file = settings.VAR / "demo.json"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        json.dump(said, opened, ensure_ascii=False, indent=2)


def open_residents(*, contract: Contract, signer: VaultSigner, now: datetime) -> list[dict[str, str]]:
    """Residents whose keys the city keeps, once for each city; what the demo must know of those opened now."""
    if Wallet.objects.filter(city=contract.city, kind=Wallet.Kind.RESIDENT).exists():
        return []
    opened = []
    for number in range(1, RESIDENTS + 1):
        pin = f"{secrets.randbelow(10**6):06}"
        made = open_wallet(city=contract.city, kind=Wallet.Kind.RESIDENT, signer=signer, pin=pin, now=now)
        opened.append({"name": f"resident {number}", "address": made.key.address, "token": made.token, "pin": pin})
    return opened


def top_up_residents(*, contract: Contract, now: datetime) -> None:
    """A first top-up for each resident, paid at the demo bank, and the wait until it is issued."""
    residents = Wallet.objects.filter(city=contract.city, kind=Wallet.Kind.RESIDENT).order_by("pk")[:RESIDENTS]
    for wallet in residents:
        client_id = uuid5(NAMESPACE_URL, f"first top-up {wallet.pk}")
        top_up = reserve_top_up(wallet=wallet, client_id=client_id, amount=FIRST_TOP_UP, now=now)
        record_payment(city_id=contract.city_id, reference=top_up.reference, amount=Won(top_up.price), now=now)
    wait_until(
        lambda: not TopUp.objects.filter(city=contract.city).exclude(status=TopUp.Status.ISSUED).exists(),
        timeout_seconds=ISSUED_WITHIN_SECONDS,
        what="top-ups",
    )
