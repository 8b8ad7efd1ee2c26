"""Which cities have something that the worker should send: questions so small that every round begins with them."""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from contracts.models import GONE_WRONG
from wallets.models import Batch, Freeze, Key, Payment, Status, Stop, Wallet

REGISTERED_KINDS: Final = (Wallet.Kind.RESIDENT, Wallet.Kind.SHOP)
# The chain has followed, or has nothing to follow yet that no other status says.
FREEZES_AT_REST: Final = (Freeze.Status.FROZEN, Freeze.Status.ENDED)


def keys_to_register() -> Q:
    """Of contracts: those whose city has keys that the chain wasn't told of."""
    keys = Key.objects.filter(wallet__kind__in=REGISTERED_KINDS, registration=None, until=None)
    return Q(city__in=keys.values("city"))


def flags_to_tell() -> Q:
    """Of contracts: those whose city is stopped, or has a freeze that the chain may have to follow."""
    stops, freezes = Stop.objects.filter(ended_at=None), Freeze.objects.exclude(status__in=FREEZES_AT_REST)
    return Q(city__in=stops.values("city")) | Q(city__in=freezes.values("wallet__city"))


def payments_to_settle() -> Q:
    """Of contracts: those whose city has payments in no batch, or a batch that went wrong."""
    payments = Payment.objects.filter(status=Status.AUTHORISED, batch=None)
    gone_wrong = Batch.objects.filter(posted_at=None, submission__status__in=GONE_WRONG)
    return Q(city__in=payments.values("city")) | Q(city__in=gone_wrong.values("city"))
