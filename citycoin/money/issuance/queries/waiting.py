"""Issuing's queues: what waits for the worker to issue, send or let lapse."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet
from django.db.models.functions import Greatest

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel import clock
from citycoin.money.issuance.models import Decision, Issue, TopUp
from citycoin.platform.queues.queries import Queue, register
from contracts.models import GONE_WRONG
from wallets.queries.stops import cities_stopped


def top_ups_to_issue() -> QuerySet[TopUp]:
    """Top-ups that are paid, of wallets that the chain knows, in cities that are not stopped."""
    paid = TopUp.objects.filter(status=TopUp.Status.PAID, wallet__registered_at__isnull=False)
    return paid.exclude(city__in=cities_stopped()).annotate(since=Greatest("paid_at", "wallet__registered_at"))


def issues_gone_wrong() -> QuerySet[Issue]:
    """Issues that reverted, or were lost."""
    return Issue.objects.filter(ended_at=None, submission__status__in=GONE_WRONG)


def decisions_to_send() -> QuerySet[Decision]:
    """Decisions that wait for payments in flight."""
    return Decision.objects.filter(submission=None, given_up_at=None)


def reservations_to_lapse() -> QuerySet[TopUp]:
    """Top-ups that nobody paid in time."""
    return TopUp.objects.filter(status=TopUp.Status.RESERVED, reserved_until__lt=clock.now())


ISSUING: Final = register(
    Queue(
        name="issuing",
        step="issuance.issue",
        words=Words("발행할 충전", "paid top-ups to issue"),
        late=timedelta(minutes=1),
        rows=top_ups_to_issue,
        since="since",
        ends_here=False,  # the contract skips recipients that it doesn't know
    )
)
TAKING_APART: Final = register(
    Queue(
        name="taking_apart",
        step="issuance.issue",
        words=Words("체인이 거절해 다시 할 발행", "issues to take apart"),
        late=timedelta(minutes=3),
        rows=issues_gone_wrong,
        since="formed_at",
        city="programme__city",
    )
)
DECIDING: Final = register(
    Queue(
        name="deciding",
        step="issuance.decide",
        words=Words("체인에 보낼 결정", "decisions to send"),
        late=timedelta(minutes=2),
        rows=decisions_to_send,
        since="received_at",
    )
)
LAPSING: Final = register(
    Queue(
        name="lapsing",
        step="issuance.lapse",
        words=Words("기한이 지난 충전 예약", "reservations to let lapse"),
        late=timedelta(minutes=2),
        rows=reservations_to_lapse,
        since="reserved_until",
    )
)
