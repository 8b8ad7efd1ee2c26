"""Freezing a wallet: in the books at once, on chain when its authorised payments are final; and back the other way round.

What a shop was told is paid stays paid. So the chain's flag is set last and lifted first: a payment authorised while the
contract still says frozen would be refused there, with its nonce used up.

``Wallet.frozen_at`` is what the books say. ``Wallet.freezing`` is the last word to the chain: None before it was told,
the intent of a submission that froze or unfroze, or one without a submission yet, which is to unfreeze.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid4, uuid5

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Officer
from citycoin.platform.audit import operations as audit
from citycoin.platform.audit.operations import ReasonMissing
from contracts.domain.encoding import call
from contracts.domain.gateway import Fees
from contracts.domain.signing import Signer
from contracts.models import ChainLog, Contract, Sender, Submission
from contracts.operations import submissions
from contracts.queries import refuse_while_behind
from wallets.models import Payment, Status, Wallet
from wallets.queries import ledger

# The purposes of our submissions, by the flag that they set.
PURPOSES: Final = {True: "freeze_wallet", False: "unfreeze_wallet"}
GONE_WRONG: Final = (Submission.Status.REVERTED, Submission.Status.LOST)
FROZEN_BY_OFFICIALS: Final = (Wallet.Kind.RESIDENT, Wallet.Kind.SHOP)
CARRIED_AT_ONCE: Final = 50
FLAG_GAS: Final = 100_000


@transaction.atomic
def freeze(*, city_id: int, wallet_id: int, officer: Officer, reason: str, now: datetime) -> Wallet:
    """Refuse the wallet's new payments from now on; one that is frozen stays so. Raises WalletUnknown, ReasonMissing."""
    wallet = _locked_wallet(city_id, wallet_id, reason)
    if wallet.frozen_at is None or is_thawing(wallet):
        wallet.frozen_at, wallet.freezing = wallet.frozen_at or now, None
        _say(wallet, officer, "wallet.frozen", reason, now)
    return wallet


@transaction.atomic
def unfreeze(*, city_id: int, wallet_id: int, officer: Officer, reason: str, now: datetime) -> Wallet:
    """Let the wallet pay again: at once where the chain was never told, otherwise when its flag is gone for good.

    One that isn't frozen stays as it is. Raises WalletUnknown, ReasonMissing.
    """
    wallet = _locked_wallet(city_id, wallet_id, reason)
    if wallet.frozen_at is not None and not is_thawing(wallet):
        if wallet.freezing is None:
            wallet.frozen_at = None
        else:
            wallet.freezing = uuid4()
        _say(wallet, officer, "wallet.unfrozen", reason, now)
    return wallet


def _locked_wallet(city_id: int, wallet_id: int, reason: str) -> Wallet:
    if not reason.strip():
        raise ReasonMissing
    wallet = locked(Wallet.objects.filter(pk=wallet_id, city_id=city_id, kind__in=FROZEN_BY_OFFICIALS)).first()
    if wallet is None:
        raise ledger.WalletUnknown
    return wallet


def _say(wallet: Wallet, officer: Officer, act: str, reason: str, now: datetime) -> None:
    wallet.save(update_fields=["frozen_at", "freezing"])
    facts = {"wallet": wallet.pk, "reason": reason.strip()}
    audit.record(city_id=wallet.city_id, officer=officer, act=act, facts=facts, now=now)


@transaction.atomic
def carry_freezes(*, contract: Contract, signer: Signer, fees: Fees, now: datetime) -> int:
    """Tell the chain of each wallet that it has to be told of; return how many. Raises ChainBehindTheBooks."""
    registrar = locked(Sender.objects.filter(city_id=contract.city_id, role=Sender.Role.REGISTRAR)).get()
    refuse_while_behind(contract.chain_id)
    waiting = list(locked(waiting_for_chain(contract.city_id))[:CARRIED_AT_ONCE])
    for wallet in waiting:
        _tell(contract, registrar, wallet, signer=signer, fees=fees, now=now)
    return len(waiting)


def waiting_for_chain(city_id: int) -> QuerySet[Wallet]:
    """Wallets of which the chain has to be told: to freeze, where nothing authorised is in flight, or to unfreeze."""
    last = Submission.objects.filter(intent=OuterRef("freezing"))
    in_flight = Payment.objects.filter(payer=OuterRef("pk"), status=Status.AUTHORISED)
    rows = Wallet.objects.filter(city_id=city_id, registered_at__isnull=False, frozen_at__isnull=False)
    rows = rows.annotate(said=Subquery(last.values("purpose")[:1]), ended=Subquery(last.values("status")[:1]))
    to_freeze = (Q(freezing=None) | Q(said=PURPOSES[True], ended__in=GONE_WRONG)) & ~Exists(in_flight)
    to_unfreeze = Q(freezing__isnull=False, said=None) | Q(said=PURPOSES[False], ended__in=GONE_WRONG)
    return rows.filter(to_freeze | to_unfreeze)


def _tell(contract: Contract, registrar: Sender, wallet: Wallet, *, signer: Signer, fees: Fees, now: datetime) -> None:
    """One flag on chain, in the caller's transaction; the wallet is locked."""
    frozen = not is_thawing(wallet)
    registrar.refresh_from_db(fields=["next_nonce"])
    # The sender nonce makes it another intent each time, the registrar's lock that it is one a time.
    intent = uuid5(NAMESPACE_URL, f"frozen {frozen} {wallet.pk} {registrar.next_nonce}")
    data = call("setFrozen(address,bool)", ledger.key_in_force(wallet).address, frozen)
    flag = submissions.Call(PURPOSES[frozen], contract.address, data, gas=FLAG_GAS)
    submissions.sign_once(intent=intent, sender_id=registrar.pk, call=flag, signer=signer, fees=fees, now=now)
    wallet.freezing = intent
    wallet.save(update_fields=["freezing"])


def is_thawing(wallet: Wallet) -> bool:
    """Whether officials let a frozen wallet go again, and the chain still has to follow."""
    if wallet.frozen_at is None or wallet.freezing is None:
        return False
    told = Submission.objects.filter(intent=wallet.freezing).first()
    return told is None or told.purpose == PURPOSES[False]


def state_on_chain(wallet: Wallet) -> str:
    """How far the chain has followed the books: ``waiting``, ``carrying`` or ``final``."""
    if wallet.frozen_at is None:
        return "final"
    told = Submission.objects.filter(intent=wallet.freezing).first() if wallet.freezing else None
    if told is None or told.status in GONE_WRONG:
        return "waiting"
    return "final" if told.status == Submission.Status.FINAL else "carrying"


def post_flag(contract: Contract, said: ChainLog) -> None:
    """Take in what a final block says of a flag, in the caller's transaction.

    The books spoke first where the submission is ours: only the end of the last unfreezing changes them. What somebody
    else set by hand, they follow.
    """
    wallets = Wallet.objects.filter(
        keys__city_id=contract.city_id, keys__address=said.args["account"], keys__until=None
    )
    ours = Submission.objects.filter(tx_hash=said.tx_hash, purpose__in=PURPOSES.values()).first()
    if ours is None:
        wallets.update(frozen_at=said.block_at if said.args["frozen"] else None, freezing=None)
    elif not said.args["frozen"]:
        wallets.filter(freezing=ours.intent).update(frozen_at=None, freezing=None)
