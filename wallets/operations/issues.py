"""Takes in what was issued: lots become spendable; what the books didn't promise is kept out of reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from citycoin.foundation.kernel.money import BUYER
from citycoin.platform.events import operations as events
from citycoin.platform.incidents import operations as incidents
from contracts.models import ChainLog, Contract
from contracts.operations.posting import ChainTransaction
from wallets.models import Lot, Movement, Wallet
from wallets.operations.burns_and_recoveries import post_one
from wallets.operations.movements import ADDRESS_ZERO, city_account, move


def post_issues(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:
    """Each recipient's lot becomes spendable, once however often it is read; returns the Transfers."""
    explained: list[ChainLog] = []
    for issued in said.named("Issued"):
        transfer = _transfer_of(said, issued, explained)
        if transfer is None:
            continue  # the contract says one of each recipient, so what lacks one is left for whoever looks
        explained.append(transfer)
        effect = f"{issued.contract_id}/{issued.args['issueId']}/{issued.args['index']}"
        lot = _promised_lot(said.contract, issued)
        if lot is None:
            _post_unpromised(said, issued, transfer, effect=effect, now=now)
        else:
            _post_lot(said.contract, issued, lot, effect=effect, now=now)
    return explained


def post_skipped(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:
    """Recipients that the contract doesn't know: their won were not made."""
    for each in said.named("IssueSkipped"):
        incidents.report(said.contract.city_id, "issue_skipped", each.args, now=now)
    return []


def _transfer_of(said: ChainTransaction, issued: ChainLog, explained: Sequence[ChainLog]) -> ChainLog | None:
    wanted = (ADDRESS_ZERO, issued.args["to"], issued.args["amount"])
    for each in said.transfers:
        if (each.args["from"], each.args["to"], each.args["value"]) == wanted and each not in explained:
            return each
    return None


def _promised_lot(contract: Contract, issued: ChainLog) -> Lot | None:
    return Lot.objects.filter(
        issue_id=issued.args["issueId"],
        issue_index=issued.args["index"],
        amount=issued.args["amount"],
        wallet__keys__address=issued.args["to"],
        wallet__city_id=contract.city_id,
    ).first()


def _post_lot(contract: Contract, issued: ChainLog, lot: Lot, *, effect: str, now: datetime) -> None:
    moved = move(
        contract,
        issued,
        reason=Movement.Reason.ISSUE,
        effect=effect,
        source_id=city_account(contract, Wallet.Kind.ISSUANCE),
        target_id=lot.wallet_id,
        amount=lot.amount,
        benefit=lot.amount - lot.funders.get(BUYER, 0),
    )
    if moved:
        Lot.objects.filter(pk=lot.pk).update(final_at=now)
        facts = {"lot": lot.pk}
        events.record(city_id=contract.city_id, wallet_id=lot.wallet_id, name="lot.final", facts=facts, now=now)


def _post_unpromised(
    said: ChainTransaction, issued: ChainLog, transfer: ChainLog, *, effect: str, now: datetime
) -> None:
    """Won issued under an id that the books didn't give: a lot that nobody can spend until somebody looks."""
    wallet_id = post_one(said, transfer, reason=Movement.Reason.UNEXPLAINED, effect=effect, now=now)
    if wallet_id and Wallet.objects.filter(pk=wallet_id, kind=Wallet.Kind.RESIDENT).exists():
        Lot.objects.create(
            wallet_id=wallet_id,
            programme=issued.args["programme"],
            issue_id=issued.args["issueId"],
            issue_index=issued.args["index"],
            amount=issued.args["amount"],
            funders={"unexplained": issued.args["amount"]},
            expires_at=now,
            final_at=now,
            spendable=False,
        )
