"""What a bank says of transfers that it was ordered to make, written into their rows."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol

from citycoin.foundation.locks import locked
from citycoin.money.bank.domain.messages import Answered, Outcome, Result
from citycoin.money.bank.domain.verdicts import FileWrong, Reason, Why
from citycoin.money.bank.models import TRANSFER_TRANSITIONS, Deposit, OrderFile, TransferOut
from citycoin.money.bank.operations.steps import move

Status = TransferOut.Status
SAID: Final = {Outcome.ACCEPTED: Status.ACCEPTED, Outcome.DONE: Status.DONE, Outcome.REJECTED: Status.REJECTED}
ENDS: Final = (Status.DONE, Status.REJECTED)
LONGEST_REASON: Final = 35


class Follower(Protocol):
    """Writes down what follows from a transfer that the bank has made or rejected, in the transaction that takes its answer."""

    def __call__(self, transfer: TransferOut, *, now: datetime) -> None:
        """A transfer comes once, ever. Its row is locked."""


_followers: dict[str, Follower] = {}


def register_follower(purpose: TransferOut.Purpose, follower: Follower) -> None:
    """Have the one app above the bank that orders transfers of this purpose told of their ends, when Django is ready."""
    _followers[purpose] = follower


def take_result(order: OrderFile, said: Result, *, now: datetime) -> None:
    """Each answer once, in the caller's transaction; one that comes after a later one says nothing new. Raises FileWrong."""
    transfers = {each.end_to_end: each for each in locked(TransferOut.objects.filter(order=order))}
    answers = said.answers
    if said.all_of_it is not None:
        answers = tuple(Answered(each, said.all_of_it, said.reason) for each in transfers)
    for each in answers:
        if each.end_to_end not in transfers:
            raise FileWrong(Why.ORDER_UNKNOWN)
        _take_answer(transfers[each.end_to_end], each, now)


def _take_answer(transfer: TransferOut, answer: Answered, now: datetime) -> None:
    status = SAID[answer.outcome]
    if status not in TRANSFER_TRANSITIONS[transfer.status]:
        if transfer.status in ENDS and status in ENDS and transfer.status != status:
            raise FileWrong(Why.RESULT_CONTRADICTS)
        return
    transfer.status, transfer.reason = status, answer.reason[:LONGEST_REASON]
    transfer.ended_at = now if status in ENDS else None
    transfer.save(update_fields=["status", "reason", "ended_at"])
    if status in ENDS and transfer.purpose in _followers:
        _followers[transfer.purpose](transfer, now=now)
    if transfer.deposit_id and status in ENDS:
        deposit = locked(Deposit.objects.filter(pk=transfer.deposit_id)).get()
        if status == Status.DONE:
            move(deposit, Deposit.Status.RETURNED, reason=deposit.reason, now=now)
        else:
            move(deposit, Deposit.Status.SUSPENSE, reason=Reason.RETURN_REFUSED, now=now)
