"""One step of a deposit, and the order that sends it back: in the caller's transaction, which holds its row's lock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import uuid4

from citycoin.money.bank.models import DEPOSIT_TRANSITIONS, Deposit, TransferOut

# What the payer reads of it at their bank.
RETURNED: Final = "입금 반환"
ASKED_AT_ONCE: Final = 2_000


def parts(names: list[str]) -> Iterator[list[str]]:
    """So many at a time as a database takes in one question."""
    return (names[begin : begin + ASKED_AT_ONCE] for begin in range(0, len(names), ASKED_AT_ONCE))


def move(deposit: Deposit, status: Deposit.Status, *, reason: str, now: datetime) -> None:
    """The deposit's next status, with the reason where it buys nothing."""
    assert status in DEPOSIT_TRANSITIONS[deposit.status], f"{deposit.status} never becomes {status}"
    deposit.status, deposit.reason, deposit.decided_at = status, reason, now
    deposit.save(update_fields=["status", "reason", "decided_at", "virtual_account"])


def may_go_back(deposit: Deposit) -> bool:
    """Whether the bank said from which account it came."""
    return bool(deposit.payer_bank and deposit.payer_number)


def order_return(deposit: Deposit, *, reason: str, now: datetime) -> None:
    """Have all of it sent to the account that it came from."""
    move(deposit, Deposit.Status.RETURNING, reason=reason, now=now)
    TransferOut.objects.create(
        city_id=deposit.city_id,
        account_id=deposit.account_id,
        pays_from=deposit.account.number,
        purpose=TransferOut.Purpose.RETURN,
        deposit=deposit,
        end_to_end=uuid4().hex,
        amount=deposit.amount,
        payee_name=deposit.payer_name,
        payee_bank=deposit.payer_bank,
        payee_number=deposit.payer_number,
        note=f"{RETURNED} {deposit.reference}",
        ordered_at=now,
    )
