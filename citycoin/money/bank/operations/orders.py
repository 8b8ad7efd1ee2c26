"""Transfers out become orders to their bank: the bytes are stored first, and then laid into its folder as often as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import uuid4

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.locks import locked
from citycoin.money.bank.domain.orders import Payee, Payer, order
from citycoin.money.bank.models import CityAccount, OrderFile, TransferOut
from citycoin.money.bank.queries.waiting import ORDERING
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due

ORDERED_AT_ONCE: Final = 1_000


def make_orders(*, now: datetime) -> int:
    """Put transfers into orders, one for each number that pays; return how many transfers."""
    ordered = due(ORDERING, now).order_by("account", "pays_from", "pk")
    waiting = ordered.values_list("account", "pays_from", "pk")[:ORDERED_AT_ONCE]
    by_number = [
        (account, [pk for *_, pk in rows]) for (account, _), rows in groupby(waiting, key=lambda each: each[:2])
    ]
    return sum(
        take(ORDERING, rows, lambda part, account=account: _order(account, part, now), now=now, at_once=ORDERED_AT_ONCE)  # type: ignore[misc]
        for account, rows in by_number
    )


@commits("order_transfers")
def _order(account_id: int, numbers: Sequence[int], now: datetime) -> int:
    waiting = TransferOut.objects.filter(pk__in=numbers, status=TransferOut.Status.ORDERED)
    transfers = list(locked(waiting))
    if not transfers:
        return 0
    account = CityAccount.objects.get(pk=account_id)
    message_id = uuid4().hex
    content = order(
        message_id,
        Payer(account.holder, account.bic, transfers[0].pays_from),
        [_payee(each) for each in transfers],
        now=now,
    )
    made = OrderFile.objects.create(account=account, message_id=message_id, content=content, made_at=now)
    rows = TransferOut.objects.filter(pk__in=[each.pk for each in transfers])
    return rows.update(status=TransferOut.Status.SENT, order=made)


def _payee(transfer: TransferOut) -> Payee:
    return Payee(
        end_to_end=transfer.end_to_end,
        amount=Amount(transfer.amount),
        name=transfer.payee_name,
        bank=transfer.payee_bank,
        number=transfer.payee_number,
        note=transfer.note,
    )


@commits("note_order_delivered")
def note_delivered(*, order_id: int, now: datetime) -> None:
    """It lies in the bank's folder."""
    OrderFile.objects.filter(pk=order_id, delivered_at=None).update(delivered_at=now)
