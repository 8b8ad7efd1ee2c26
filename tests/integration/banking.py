"""What the tests of the bank share: a resident who tops up, and the deposits that come of it."""

from __future__ import annotations

import uuid

from citycoin.money.bank.models import Deposit
from citycoin.money.issuance.models import TopUp
from tests.outside import Json, Resident


def reserved(resident: Resident, won: int = 10_000) -> Json:
    return resident.api.ok("POST", "top-ups", {"id": str(uuid.uuid4()), "amount": won}, token=resident.token)


def of(top_up: Json) -> TopUp:
    return TopUp.objects.get(client_id=top_up["id"])


def deposits(references: list[str]) -> list[Deposit]:
    return list(Deposit.objects.filter(reference__in=references).order_by("pk"))


def statuses(references: list[str]) -> list[tuple[str, str]]:
    return [(each.status, each.reason) for each in deposits(references)]
