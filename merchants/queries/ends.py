"""Reads of payments whose end somebody waits for who closed its page."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel import clock
from citycoin.platform.queues.queries import Queue, register
from merchants.models import AwaitedEnd
from wallets.models import Payment, Refusal

# By then a payment has arrived, or whoever sent it has given up (PATIENCE_MS of pages/asking.js is eight seconds).
ON_ITS_WAY: Final = timedelta(seconds=30)


def ends_to_tell() -> QuerySet[AwaitedEnd]:
    """Those that are known, and those that have been on their way for too long."""
    mine = {"client_id": OuterRef("client_id")}
    answered = Q(Exists(Payment.objects.filter(payer=OuterRef("wallet"), **mine))) | Q(
        Exists(Refusal.objects.filter(wallet=OuterRef("wallet"), **mine))
    )
    late = Q(asked_at__lte=clock.now() - ON_ITS_WAY)
    return AwaitedEnd.objects.filter(answered | late, over_at=None)


ENDS: Final = register(
    Queue(
        name="ends",
        step="merchants.tell_ends",
        words=Words("알릴 결제 결과", "ends of payments to tell"),
        late=timedelta(minutes=2),
        rows=ends_to_tell,
        since="asked_at",
        city="wallet__city",
    )
)
