"""What a jump of the clock would meet: what is in flight, and what ends on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum

from citycoin.foundation.kernel.money import Won
from citycoin.money.bank.queries.waiting import deposits_received
from citycoin.money.issuance.models import Budget, Proposal, TopUp
from contracts.models import Submission
from merchants.models import PaymentRequest
from wallets.models import Lot, Payment, Status


@dataclass(frozen=True, slots=True)
class Ends:
    """So many of a kind end between two moments; with the won in them, where they are won."""

    what: str
    count: int
    won: Won | None = None


def in_flight() -> dict[str, int]:
    """What the chain has to answer before the clock may jump: it would be signed for a time that is over. None are left out."""
    kinds = {
        "deposits": deposits_received(),
        "payments": Payment.objects.filter(status=Status.AUTHORISED),
        "top-ups that are paid": TopUp.objects.filter(status__in=[TopUp.Status.PAID, TopUp.Status.ISSUING]),
        "transactions": Submission.objects.filter(status__in=[Submission.Status.SIGNED, Submission.Status.SENT]),
    }
    return {name: count for name, rows in kinds.items() if (count := rows.count())}


def what_ends(now: datetime, then: datetime) -> Iterator[Ends]:
    """Of all cities, kind by kind; kinds of which nothing ends are left out."""
    between = {"gt": now, "lte": then}

    def within(field: str) -> dict[str, datetime]:
        return {f"{field}__{how}": moment for how, moment in between.items()}

    kinds = {
        "reserved top-ups": TopUp.objects.filter(status=TopUp.Status.RESERVED, **within("reserved_until")),
        "payment requests": PaymentRequest.objects.filter(**within("expires_at")),
        "open proposals": Proposal.objects.filter(status=Proposal.Status.OPEN, **within("expires_at")),
        "budgets": Budget.objects.filter(**within("ends_at")),
    }
    for what, rows in kinds.items():
        if count := rows.count():
            yield Ends(what, count)
    lots = Lot.objects.filter(taken__lt=F("amount"), spendable=True, **within("expires_at"))
    if count := lots.count():
        left: int = lots.aggregate(won=Sum(F("amount") - F("taken")))["won"]
        yield Ends("lots that aren't spent", count, Won(left))
