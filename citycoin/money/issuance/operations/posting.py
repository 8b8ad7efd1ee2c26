"""Takes in what final blocks say of officials, budgets and programmes."""

from __future__ import annotations

from datetime import UTC, datetime

from citycoin.foundation.locks import locked
from citycoin.money.issuance.models import Budget, Decision, OfficialKey, Programme
from contracts.models import ChainLog, Contract
from contracts.operations.posting import ChainTransaction, OutOfTurn
from contracts.queries import last_said

NOBODY = "0x" + "00" * 20


def post_budgets(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:  # noqa: ARG001 - a handler's form
    """A year's cap as the contract has it now, and the hash of why that the decision bore."""
    for each in said.named("BudgetSet"):
        _post_budget(said.contract, each)
    return []


def post_programmes(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:  # noqa: ARG001 - a handler's form
    """A programme's cap as the newest final block has it, and that it is open."""
    for each in said.named("ProgrammeSet"):
        number = each.args["programme"]
        mine = locked(Programme.objects.filter(city_id=said.contract.city_id, number=number)).first()
        if mine is not None:
            _post_cap(mine, last_said(said.contract, "ProgrammeSet", programme=number)["cap"])
            mine.open_at = mine.open_at or each.block_at
            mine.save(update_fields=["cap", "next_cap", "change", "open_at"])
    return []


def _post_cap(programme: Programme, cap: int) -> None:
    """What is on its way has come, or holds already where it is the lower one."""
    if programme.next_cap == cap:
        programme.next_cap, programme.change = None, None
    on_its_way = programme.next_cap is not None and programme.change and not programme.change.went_wrong
    programme.cap = min(cap, programme.next_cap or 0) if on_its_way else cap


def post_rotations(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:  # noqa: ARG001 - a handler's form
    """Somebody comes, somebody goes, or one takes the other's place. Raises OutOfTurn."""
    for each in said.named("OfficialRotated"):
        _post_rotation(said.contract, each)
    return []


def post_nothing(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:  # noqa: ARG001 - a handler's form
    """Events that change no row: what they say is read from the copied logs, or by hand."""
    return []


def _post_budget(contract: Contract, said: ChainLog) -> None:
    facts = {
        "cap": said.args["cap"],
        "version": said.args["version"],
        "starts_at": datetime.fromtimestamp(said.args["starts"], tz=UTC),
        "ends_at": datetime.fromtimestamp(said.args["ends"], tz=UTC),
    }
    carried = Decision.objects.filter(city_id=contract.city_id, submission__tx_hash=said.tx_hash)
    carried.update(basis_on_chain=said.args["basis"])
    budget, _ = Budget.objects.get_or_create(city_id=contract.city_id, year=said.args["year"], defaults=facts)
    # A block read again after the chain fell behind may say an older version.
    Budget.objects.filter(pk=budget.pk, version__lt=said.args["version"]).update(**facts)


def _post_rotation(contract: Contract, said: ChainLog) -> None:
    """Read again after the chain fell behind, nothing new."""
    ever_in = OfficialKey.objects.filter(city_id=contract.city_id)
    now_in = ever_in.filter(until=None)
    outgoing, incoming = said.args["outgoing"], said.args["incoming"]
    if outgoing != NOBODY and not now_in.filter(address=outgoing).update(until=said.block_at):
        if not ever_in.filter(address=outgoing).exists():
            raise OutOfTurn(f"{outgoing} came in by a change that is not posted yet")
        return
    if incoming != NOBODY and not now_in.filter(address=incoming).exists():
        OfficialKey.objects.create(city_id=contract.city_id, address=incoming, since=said.block_at)
