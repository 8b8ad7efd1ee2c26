"""Burns, recoveries and whatever else moved won on chain.

Each is posted with its reason, and is an incident unless some app says that it asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

from citycoin.platform.incidents import operations as incidents
from contracts.models import ChainLog
from contracts.operations.posting import ChainTransaction
from wallets.models import Movement
from wallets.operations.movements import ADDRESS_ZERO, account_of, move

Reason = Movement.Reason
# The contract's BurnReason, by number.
BURN_REASONS: Final = {1: Reason.CANCELLATION, 2: Reason.REDEMPTION, 3: Reason.LAPSE}
INCIDENTS: Final = {
    Reason.CANCELLATION: "burn_unasked",
    Reason.REDEMPTION: "burn_unasked",
    Reason.LAPSE: "burn_unasked",
    Reason.RECOVERY: "recovery_unasked",
    Reason.SWEEP: "recovery_unasked",
    Reason.UNEXPLAINED: "movement_unexplained",
}

# Whether an app has a row of its own for the burn of this id.
Asked = Callable[[str], bool]
_asked: list[Asked] = []


def register_asked(asked: Asked) -> None:
    """Have an app above the ledger say which burns are its own, when Django is ready."""
    _asked.append(asked)


def post_burns(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:
    """Post each burn under its id and place, with its reason; returns its Transfers."""
    explained: list[ChainLog] = []
    for burned in said.named("Burned"):
        reason = BURN_REASONS.get(burned.args["reason"], Reason.UNEXPLAINED)
        effect = f"{said.contract.pk}/burn/{burned.args['burnId']}/{burned.args['index']}"
        is_asked = any(each(burned.args["burnId"]) for each in _asked)
        for transfer in _before(said, burned, explained, burned.args["from"], ADDRESS_ZERO):
            post_one(said, transfer, reason=reason, effect=effect, now=now, is_asked=is_asked)
            explained.append(transfer)
    return explained


def post_recoveries(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:
    """Post what a retired address's won did, as a recovery or a sweep; returns its Transfers."""
    explained: list[ChainLog] = []
    for log in said.named("Recovered", "Swept"):
        reason = Reason.RECOVERY if log.name == "Recovered" else Reason.SWEEP
        for transfer in _before(said, log, explained, log.args["from"], log.args["to"]):
            post_one(said, transfer, reason=reason, effect=effect_of(said, transfer), now=now)
            explained.append(transfer)
    return explained


def post_rest(said: ChainTransaction, transfers: Sequence[ChainLog], *, now: datetime) -> None:
    """Post transfers that nothing explains."""
    for each in transfers:
        post_one(said, each, reason=Reason.UNEXPLAINED, effect=effect_of(said, each), now=now)


def post_one(
    said: ChainTransaction,
    transfer: ChainLog,
    *,
    reason: Movement.Reason,
    effect: str,
    now: datetime,
    is_asked: bool = False,
) -> int | None:
    """The account that received, or None where nothing new was posted. What nobody asked for is an incident."""
    source, target, amount = transfer.args["from"], transfer.args["to"], transfer.args["value"]
    source_id, target_id = account_of(said.contract, source, gives=amount), account_of(said.contract, target)
    if source_id == target_id or not move(
        said.contract,
        transfer,
        reason=reason,
        effect=effect,
        source_id=source_id,
        target_id=target_id,
        amount=amount,
    ):
        return None
    if not is_asked:
        facts = {"tx": transfer.tx_hash, "log": transfer.log_index, "from": source, "to": target, "won": amount}
        incidents.report(said.contract.city_id, INCIDENTS[reason], {**facts, "reason": reason}, now=now)
    return target_id


def effect_of(said: ChainTransaction, transfer: ChainLog) -> str:
    """Its place in its transaction, which stays the same where the chain is fed again; its block doesn't."""
    return f"{said.contract.pk}/{transfer.tx_hash}/{said.transfers.index(transfer)}"


def _before(
    said: ChainTransaction, log: ChainLog, explained: Sequence[ChainLog], source: str, target: str
) -> Iterator[ChainLog]:
    """The Transfer that the contract says just before ``log``; none where it is of 0 won."""
    for each in reversed(said.transfers):
        fits = (each.args["from"], each.args["to"], each.args["value"]) == (source, target, log.args["amount"])
        if fits and each.log_index < log.log_index and each not in explained:
            yield each
            return
