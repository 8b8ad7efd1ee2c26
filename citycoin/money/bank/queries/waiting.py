"""The bank's queues: deposits that nobody has looked at yet, transfers that no order holds, orders that no folder holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from citycoin.foundation.bilingual import Words
from citycoin.money.bank.models import Deposit, OrderFile, TransferOut
from citycoin.platform.queues.queries import Queue, due, register

DELIVERED_AT_ONCE: Final = 100


def deposits_received() -> QuerySet[Deposit]:
    """Deposits of which nobody has decided."""
    return Deposit.objects.filter(status=Deposit.Status.RECEIVED)


def transfers_ordered() -> QuerySet[TransferOut]:
    """Transfers that no order to a bank holds."""
    return TransferOut.objects.filter(status=TransferOut.Status.ORDERED)


def orders_to_deliver() -> QuerySet[OrderFile]:
    """Orders that don't lie in the bank's folder yet."""
    return OrderFile.objects.filter(delivered_at=None)


SORTING: Final = register(
    Queue(
        name="deposits",
        step="bank.sort",
        words=Words("처리할 입금", "deposits to look at"),
        late=timedelta(minutes=1),
        rows=deposits_received,
        since="received_at",
    )
)
ORDERING: Final = register(
    Queue(
        name="transfers_out",
        step="bank.send",
        words=Words("은행에 지시할 송금", "transfers to order"),
        late=timedelta(minutes=2),
        rows=transfers_ordered,
        since="ordered_at",
    )
)
DELIVERING: Final = register(
    Queue(
        name="bank_orders",
        step="bank.send",
        words=Words("은행에 보낼 지시", "orders to deliver"),
        late=timedelta(minutes=2),
        rows=orders_to_deliver,
        since="made_at",
        city="account__city",
    )
)


def undelivered(now: datetime) -> list[int]:
    """The first orders that their bank's folder doesn't hold yet and that may be tried now, the oldest first."""
    return list(due(DELIVERING, now).order_by("pk").values_list("pk", flat=True)[:DELIVERED_AT_ONCE])


def order_to_deliver(order_id: int) -> tuple[str, bytes] | None:
    """Its message id and its bytes; None where the bank has it."""
    found = orders_to_deliver().filter(pk=order_id).values_list("message_id", "content").first()
    return (found[0], bytes(found[1])) if found else None
