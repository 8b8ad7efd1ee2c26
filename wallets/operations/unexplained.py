"""Won that moved on chain though no row of ours explains it: posted all the same, and an incident for the officials."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from contracts.models import ChainLog, Contract
from wallets.models import Incident, Lot, Wallet
from wallets.operations.movements import city_account, move

log = logging.getLogger(__name__)
ADDRESS_ZERO = "0x" + "00" * 20


def post(contract: Contract, transfers: Iterable[ChainLog], *, now: datetime) -> None:
    """Post transfers that no payment of ours explains, in the caller's transaction."""
    for index, each in enumerate(transfers):
        # Its place in its transaction, which stays the same where the chain is fed again; its block doesn't.
        effect = f"{contract.pk}/{each.tx_hash}/{index}"
        _post_one(contract, each, each.args["from"], each.args["to"], each.args["value"], effect=effect, now=now)


def post_issued(contract: Contract, issued: ChainLog, *, effect: str, now: datetime) -> None:
    """Post won issued under an id that the books didn't give, as a lot that nobody can spend until somebody looks."""
    said = issued.args
    wallet_id = _post_one(contract, issued, ADDRESS_ZERO, said["to"], said["amount"], effect=effect, now=now)
    if wallet_id and Wallet.objects.filter(pk=wallet_id, kind=Wallet.Kind.RESIDENT).exists():
        Lot.objects.create(
            wallet_id=wallet_id,
            programme=said["programme"],
            issue_id=said["issueId"],
            issue_index=said["index"],
            amount=said["amount"],
            funders={"unexplained": said["amount"]},
            expires_at=now,
            final_at=now,
            spendable=False,
        )


def _post_one(
    contract: Contract, said: ChainLog, source: str, target: str, amount: int, *, effect: str, now: datetime
) -> int | None:
    """The account that received, or None where nothing new was posted."""
    source_id, target_id = _account(contract, source, gives=amount), _account(contract, target)
    if source_id == target_id or not move(
        contract, said, effect=effect, source_id=source_id, target_id=target_id, amount=amount
    ):
        return None
    facts = {"tx": said.tx_hash, "log": said.log_index, "from": source, "to": target, "won": amount}
    log.error("no row of ours explains %s", facts)
    Incident.objects.create(city_id=contract.city_id, what="movement_unexplained", details=facts, noticed_at=now)
    return target_id


def _account(contract: Contract, address: str, *, gives: int = 0) -> int:
    """The account of an address; suspense for one that isn't ours, or that has won on hold which it would need."""
    if address == ADDRESS_ZERO:
        return city_account(contract, Wallet.Kind.ISSUANCE)
    wallet = Wallet.objects.filter(keys__city_id=contract.city_id, keys__address=address).first()
    if wallet is None or wallet.posted - wallet.held < gives:
        return city_account(contract, Wallet.Kind.SUSPENSE)
    return wallet.pk
