"""Posts what final blocks say of officials, budgets and programmes."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from citycoin.foundation.locks import locked
from citycoin.money.issuance.models import Budget, Official, Programme
from contracts.models import ChainLog, Contract
from contracts.queries import unposted_logs

NAMES = (
    "BudgetSet",
    "ContractClosed",
    "KindsAllowedSet",
    "OfficialRotated",
    "Paused",
    "ProgrammeSet",
    "RoleHandedOver",
    "RoleNominated",
    "Unpaused",
)
NOBODY = "0x" + "00" * 20


def post_final_logs(*, contract: Contract, now: datetime) -> int:
    """Post the copied logs of this contract that wait; return how many."""
    waiting = list(unposted_logs(contract, names=NAMES, at_most=500))
    for each in waiting:
        _post(contract, each, now=now)
    return len(waiting)


@transaction.atomic(durable=True)
def _post(contract: Contract, said: ChainLog, *, now: datetime) -> None:
    row = locked(ChainLog.objects.filter(pk=said.pk, posted_at=None)).first()
    if row is None:
        return
    if said.name == "BudgetSet":
        _post_budget(contract, said)
    elif said.name == "ProgrammeSet":
        mine = Programme.objects.filter(city_id=contract.city_id, number=said.args["programme"])
        mine.update(cap=said.args["cap"])
        mine.filter(open_at=None).update(open_at=said.block_at)
    elif said.name == "OfficialRotated":
        _post_rotation(contract, said)
    row.posted_at = now
    row.save(update_fields=["posted_at"])


def _post_budget(contract: Contract, said: ChainLog) -> None:
    facts = {
        "cap": said.args["cap"],
        "version": said.args["version"],
        "starts_at": datetime.fromtimestamp(said.args["starts"], tz=UTC),
        "ends_at": datetime.fromtimestamp(said.args["ends"], tz=UTC),
    }
    budget, _ = Budget.objects.get_or_create(city_id=contract.city_id, year=said.args["year"], defaults=facts)
    # A block read again after the chain fell behind may say an older version.
    Budget.objects.filter(pk=budget.pk, version__lt=said.args["version"]).update(**facts)


def _post_rotation(contract: Contract, said: ChainLog) -> None:
    """Somebody comes, somebody goes, or one takes the other's place; read again after the chain fell behind, nothing new."""
    now_in = Official.objects.filter(city_id=contract.city_id, until=None)
    outgoing, incoming = said.args["outgoing"], said.args["incoming"]
    if outgoing != NOBODY and not now_in.filter(address=outgoing).update(until=said.block_at):
        return
    if incoming != NOBODY and not now_in.filter(address=incoming).exists():
        Official.objects.create(city_id=contract.city_id, address=incoming, since=said.block_at)
