"""Which cities have something that the worker should issue or send: questions so small that every round begins with them."""

from __future__ import annotations

from django.db.models import Q

from citycoin.money.issuance.models import Decision, Issue, TopUp
from contracts.models import GONE_WRONG


def top_ups_to_issue() -> Q:
    """Of contracts: those whose city has top-ups that are paid, or an issue that went wrong."""
    paid = TopUp.objects.filter(status=TopUp.Status.PAID)
    gone_wrong = Issue.objects.filter(ended_at=None, submission__status__in=GONE_WRONG)
    return Q(city__in=paid.values("city")) | Q(city__in=gone_wrong.values("programme__city"))


def decisions_to_send() -> Q:
    """Of contracts: those whose city has decisions that wait for payments in flight."""
    return Q(city__in=Decision.objects.filter(submission=None, given_up_at=None).values("city"))
