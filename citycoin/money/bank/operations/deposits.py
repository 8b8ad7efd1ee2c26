"""Each deposit gets its verdict: taken by whom it is for, sent back, or kept in suspense until an official decides."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Conflict, NotFound, Rejected
from citycoin.foundation.locks import locked
from citycoin.money.bank.domain.verdicts import Fate, Reason, Verdict
from citycoin.money.bank.models import Deposit, VirtualAccount
from citycoin.money.bank.operations.steps import may_go_back, move, order_return
from citycoin.money.bank.operations.takers import verdict_of
from citycoin.money.bank.queries.deposits import DepositUnknown
from citycoin.money.bank.queries.waiting import SORTING
from citycoin.platform.accounts.models import Official
from citycoin.platform.audit import operations as audit
from citycoin.platform.audit.operations import ReasonMissing
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due

SORTED_AT_ONCE: Final = 1_000
Status = Deposit.Status


class DepositDecided(Conflict):
    """The deposit isn't in suspense any more."""

    code = "deposit_decided"
    ko = "이 입금은 이미 처리되었습니다. 이번에 바뀐 것은 없습니다. 목록을 새로 고쳐 주십시오."
    en = "This deposit was dealt with already. Nothing was changed this time. Please reload the list."


class PayerUnknown(Rejected):
    """The bank doesn't say from which account it came, so it can't be sent there."""

    code = "payer_unknown"
    ko = "은행이 보낸 계좌를 알리지 않아 돌려보내지 못했습니다. 돈은 그대로 있습니다. 은행에 문의해 주십시오."
    en = "The bank doesn't say from which account it came, so it wasn't sent back. The money is still here. Please ask the bank."


class NumberUnknown(NotFound):
    """The city has given nobody this number."""

    code = "number_unknown"
    ko = "그런 가상계좌 번호가 없습니다. 바뀐 것은 없습니다. 번호를 확인해 주십시오."
    en = "Nobody was given this account number. Nothing was changed. Please check the number."


class DepositFitsNothing(Rejected):
    """What waits at that number has another amount, or waits no longer; ``details.reason`` says which."""

    code = "deposit_fits_nothing"
    ko = "이 번호에서 기다리는 금액과 같지 않거나 이미 끝나, 돌려 쓰지 못했습니다. 돈은 그대로 있습니다. 돌려보내 주십시오."
    en = "Nothing at this number waits for this amount, so the deposit was not assigned. The money is still here. Please send it back."


def sort_deposits(*, now: datetime) -> int:
    """Decide about every deposit that was received; return how many."""
    waiting = list(due(SORTING, now).order_by("pk").values_list("pk", flat=True)[:SORTED_AT_ONCE])
    return take(SORTING, waiting, lambda part: _sort(part[0], now), now=now)


@commits("sort_deposit")
def _sort(deposit_id: int, now: datetime) -> int:
    deposit = locked(Deposit.objects.filter(pk=deposit_id, status=Status.RECEIVED)).first()
    if deposit is None:
        return 0
    _decide(deposit, verdict_of(deposit, now=now), now)
    return 1


def _decide(deposit: Deposit, verdict: Verdict, now: datetime) -> None:
    if verdict.fate == Fate.BOUGHT:
        move(deposit, Status.BOUGHT, reason="", now=now)
    elif verdict.fate == Fate.RETURN and may_go_back(deposit):
        order_return(deposit, reason=verdict.reason or "", now=now)
    else:
        reason = Reason.PAYER_UNKNOWN if verdict.fate == Fate.RETURN else verdict.reason
        move(deposit, Status.SUSPENSE, reason=reason or "", now=now)


@commits("send_deposit_back")
def send_back(*, deposit_id: int, official: Official, reason: str, now: datetime) -> Deposit:
    """To the account that it came from, which no official can choose; so one of them is enough, and it is in the audit log.

    Raises DepositUnknown, DepositDecided, ReasonMissing, PayerUnknown.
    """
    deposit = _in_suspense(deposit_id, official)
    if not reason.strip():
        raise ReasonMissing
    if not may_go_back(deposit):
        raise PayerUnknown
    order_return(deposit, reason=Reason.BY_OFFICIAL, now=now)
    facts = {"deposit": deposit.pk, "won": deposit.amount, "reason": reason.strip()}
    audit.record(city_id=deposit.city_id, official=official, act="deposit.sent_back", facts=facts, now=now)
    return deposit


@commits("assign_deposit")
def assign(*, deposit_id: int, official: Official, number: str, reason: str, now: datetime) -> Deposit:
    """Take it as if it had come to this number, where that buys what waits there. The taker's own rules hold.

    Raises DepositUnknown, DepositDecided, ReasonMissing, NumberUnknown, DepositFitsNothing.
    """
    deposit = _in_suspense(deposit_id, official)
    if not reason.strip():
        raise ReasonMissing
    mine = VirtualAccount.objects.filter(account__city_id=deposit.city_id, released_at=None)
    virtual = mine.filter(number=number).select_related("account").first()
    if virtual is None:
        raise NumberUnknown
    deposit.virtual_account = virtual
    verdict = verdict_of(deposit, now=now)
    if verdict.fate != Fate.BOUGHT:
        raise DepositFitsNothing(reason=verdict.reason)
    move(deposit, Status.BOUGHT, reason="", now=now)
    facts = {"deposit": deposit.pk, "won": deposit.amount, "number": number, "reason": reason.strip()}
    audit.record(city_id=deposit.city_id, official=official, act="deposit.assigned", facts=facts, now=now)
    return deposit


def _in_suspense(deposit_id: int, official: Official) -> Deposit:
    """The deposit of the official's city, locked."""
    deposit = locked(Deposit.objects.filter(pk=deposit_id, city_id=official.city_id)).first()
    if deposit is None:
        raise DepositUnknown
    if deposit.status != Status.SUSPENSE:
        raise DepositDecided
    return deposit
