"""Freezing a wallet: in the books at once, on chain when its authorised payments are final; and back the other way round.

What a shop was told is paid stays paid. How far the chain has followed is a row's status (``Freeze``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from citycoin.foundation.fault_points import commits
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Official
from citycoin.platform.audit import operations as audit
from citycoin.platform.audit.operations import ReasonMissing
from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.queues.operations import count_failure, forget_failures, requeue_row, take
from citycoin.platform.queues.queries import due
from contracts.domain import gas
from contracts.domain.encoding import call
from contracts.models import ChainLog, Contract, Sender, Submission
from contracts.operations.posting import ChainTransaction
from contracts.operations.sending import Call, LockedSender, Means, lock_sender
from wallets.models import FREEZE_TRANSITIONS, Freeze, Wallet
from wallets.operations.telling import tell_owner
from wallets.queries import ledger
from wallets.queries.freezes import FROZEN_BY_OFFICIALS, freeze_of
from wallets.queries.waiting import FREEZING, freezes_to_tell

Purpose = Submission.Purpose
Status = Freeze.Status
TOLD_AT_ONCE: Final = 50
# What the chain is told of, and what the row was before.
TOLD_AS: Final[dict[str, Freeze.Status]] = {Status.FREEZING: Status.BOOKED, Status.LIFTING: Status.THAWING}


@commits("freeze")
def freeze(*, city_id: int, wallet_id: int, official: Official, reason: str, now: datetime) -> Wallet:
    """Refuse the wallet's new payments from now on; one that is frozen stays so. Raises WalletUnknown, ReasonMissing."""
    wallet = _locked_wallet(city_id, wallet_id, reason)
    there = freeze_of(wallet)
    if there is None:
        wallet.frozen_at = now
        wallet.save(update_fields=["frozen_at"])
        Freeze.objects.create(wallet=wallet, began_at=now, moved_at=now)
    elif there.status == Status.THAWING:  # the chain hasn't been told yet, so it says or hears "frozen"
        told = there.submission
        on_its_way = told and told.purpose == Purpose.FREEZE and told.status != Submission.Status.FINAL
        _set(there, Status.FREEZING if on_its_way else Status.FROZEN, now=now)
    elif there.status == Status.LIFTING:
        _set(there, Status.BOOKED, now=now)
    else:
        return wallet
    if there:
        requeue_row(FREEZING, there.pk, official=official, now=now)
    _record(wallet, official, "wallet.frozen", reason, now)
    _tell(wallet, Kind.WALLET_FROZEN, now=now)
    return wallet


@commits("unfreeze")
def unfreeze(*, city_id: int, wallet_id: int, official: Official, reason: str, now: datetime) -> Wallet:
    """Let the wallet pay again: at once where the chain was never told, otherwise when its flag is gone for good.

    One that isn't frozen stays as it is. Raises WalletUnknown, ReasonMissing.
    """
    wallet = _locked_wallet(city_id, wallet_id, reason)
    there = freeze_of(wallet)
    if there is None or there.status in (Status.THAWING, Status.LIFTING):
        return wallet
    if there.status != Status.BOOKED:
        _set(there, Status.THAWING, now=now)
    elif there.submission is None:
        _end(there, now=now)
    else:  # frozen anew while the chain was being told to lift the flag: that goes on
        _set(there, Status.LIFTING, now=now)
    wallet.refresh_from_db(fields=["frozen_at"])
    requeue_row(FREEZING, there.pk, official=official, now=now)
    _record(wallet, official, "wallet.unfrozen", reason, now)
    return wallet


def _locked_wallet(city_id: int, wallet_id: int, reason: str) -> Wallet:
    if not reason.strip():
        raise ReasonMissing
    wallet = locked(Wallet.objects.filter(pk=wallet_id, city_id=city_id, kind__in=FROZEN_BY_OFFICIALS)).first()
    if wallet is None:
        raise ledger.WalletUnknown
    return wallet


def _record(wallet: Wallet, official: Official, act: str, reason: str, now: datetime) -> None:
    facts = {"wallet": wallet.pk, "reason": reason.strip()}
    audit.record(city_id=wallet.city_id, official=official, act=act, facts=facts, now=now)


def _set(row: Freeze, status: Freeze.Status, *, now: datetime, **fields: object) -> None:
    """One step, in the caller's transaction, which holds the wallet's lock."""
    assert status in FREEZE_TRANSITIONS[row.status], f"{row.status} never becomes {status}"
    row.status, row.moved_at = status, now
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=["status", "moved_at", "submission", "ended_at"])


def _end(row: Freeze, *, now: datetime) -> None:
    """The books let the wallet pay again."""
    _set(row, Status.ENDED, now=now, ended_at=now)
    Wallet.objects.filter(pk=row.wallet_id).update(frozen_at=None)
    _tell(Wallet.objects.get(pk=row.wallet_id), Kind.WALLET_UNFROZEN, now=now)


def _tell(wallet: Wallet, kind: Kind, *, now: datetime) -> None:
    """Each turn is news of its own, and comes here once."""
    tell_owner(wallet, kind, f"{wallet.pk} {now.isoformat()}", {}, now=now)


def tell_chain(*, contract: Contract, means: Means) -> int:
    """Tell the chain of each freeze that it has to be told of; return how many. Raises ChainBehindTheBooks."""
    mine = due(FREEZING, means.now).filter(wallet__city_id=contract.city_id).order_by("pk")
    waiting = list(mine.values_list("pk", flat=True)[:TOLD_AT_ONCE])
    return take(FREEZING, waiting, lambda part: _tell_all(contract, part, means), now=means.now, at_once=TOLD_AT_ONCE)


@commits("tell_freeze")
def _tell_all(contract: Contract, freezes: Sequence[int], means: Means) -> int:
    registrar = lock_sender(contract.city_id, Sender.Role.REGISTRAR, means=means)
    told = 0
    for wallet in locked(Wallet.objects.filter(freezes__in=freezes)):
        row = freezes_to_tell().filter(wallet=wallet).select_related("wallet", "submission").first()
        if row and not _is_taken_back(row, now=means.now):
            _tell_of(contract, registrar, row)
            told += 1
    return told


def _is_taken_back(row: Freeze, *, now: datetime) -> bool:
    """Whether the contract reverted the row's flag: the chain knows nothing of it then, and is told anew after a while."""
    told = row.submission
    if row.status not in TOLD_AS or told is None or told.status != Submission.Status.REVERTED:
        return False
    _set(row, TOLD_AS[row.status], now=now, submission=None)
    count_failure(FREEZING, row.pk, "reverted", now=now)
    return True


def _tell_of(contract: Contract, registrar: LockedSender, row: Freeze) -> None:
    """One flag on chain, in the caller's transaction; the wallet is locked."""
    frozen = row.status in (Status.BOOKED, Status.FREEZING)
    purpose = Purpose.FREEZE if frozen else Purpose.UNFREEZE
    data = call("setFrozen(address,bool)", ledger.key_in_force(row.wallet).address, frozen)
    submission = registrar.submit(
        Call(purpose, contract.address, data, gas.FLAG), intent=registrar.fresh_intent(purpose, row.pk)
    )
    status = Status.FREEZING if frozen else Status.LIFTING
    if row.status == status:  # told once more, after the first time went wrong
        row.submission = submission
        row.save(update_fields=["submission"])
    else:
        _set(row, status, now=registrar.means.now, submission=submission)


def post_flags(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:
    """Take in what a final block says of flags. The books spoke first where the submission is ours."""
    for log in said.named("FrozenSet"):
        keys = {"keys__city_id": said.contract.city_id, "keys__address": log.args["account"], "keys__until": None}
        wallet = locked(Wallet.objects.filter(pk__in=Wallet.objects.filter(**keys).values("pk"))).first()
        if wallet is None:
            continue
        ours = Submission.objects.filter(tx_hash=log.tx_hash, purpose__in=[Purpose.FREEZE, Purpose.UNFREEZE]).first()
        if ours:
            _follow_ours(wallet, ours, frozen=log.args["frozen"], now=now)
        else:
            _follow_somebody(wallet, log, now=now)
    return []


def _follow_ours(wallet: Wallet, ours: Submission, *, frozen: bool, now: datetime) -> None:
    """Only what was said of the last submission is news."""
    row = freeze_of(wallet)
    if row is None or row.submission_id != ours.pk:
        return
    forget_failures(FREEZING, [row.pk])
    if frozen and row.status == Status.FREEZING:
        _set(row, Status.FROZEN, now=now)
    elif not frozen and row.status == Status.LIFTING:
        _end(row, now=now)
    elif not frozen and row.status == Status.BOOKED:
        # Frozen anew meanwhile: from here on the chain knows nothing of it.
        row.submission = None
        row.save(update_fields=["submission"])


def _follow_somebody(wallet: Wallet, log: ChainLog, *, now: datetime) -> None:
    """A flag that somebody set by hand: the books follow."""
    row = freeze_of(wallet)
    if not log.args["frozen"]:
        if row:
            _end(row, now=now)
    elif row is None:
        Wallet.objects.filter(pk=wallet.pk).update(frozen_at=log.block_at)
        Freeze.objects.create(wallet=wallet, status=Status.FROZEN, began_at=log.block_at, moved_at=now)
        _tell(wallet, Kind.WALLET_FROZEN, now=now)
