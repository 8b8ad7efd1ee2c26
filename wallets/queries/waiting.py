"""The ledger's queues: what waits for the worker to tell the chain of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel import clock
from citycoin.platform.queues.queries import Queue, register, set_aside_rows
from contracts.models import GONE_WRONG, ChainLog
from wallets.models import Batch, Freeze, Key, Lot, Payment, Status, Stop, Wallet
from wallets.queries.stops import cities_stopped

REGISTERED_KINDS: Final = (Wallet.Kind.RESIDENT, Wallet.Kind.SHOP)


def keys_to_register() -> QuerySet[Key]:
    """Keys that the chain wasn't told of."""
    return Key.objects.filter(wallet__kind__in=REGISTERED_KINDS, registration=None, until=None)


def registrations_gone_wrong() -> QuerySet[Key]:
    """Keys whose registration reverted or was lost."""
    keys = Key.objects.filter(wallet__registered_at=None, wallet__kind__in=REGISTERED_KINDS, until=None)
    return keys.filter(registration__status__in=GONE_WRONG)


def freezes_to_tell() -> QuerySet[Freeze]:
    """Freezes of which the chain has to be told: to set the flag where nothing authorised is in flight, or to lift it."""
    in_flight = Payment.objects.filter(payer=OuterRef("wallet"), status=Status.AUTHORISED)
    to_set = Q(status=Freeze.Status.BOOKED) & ~Exists(in_flight)
    again = Q(status__in=[Freeze.Status.FREEZING, Freeze.Status.LIFTING], submission__status__in=GONE_WRONG)
    rows = Freeze.objects.filter(wallet__registered_at__isnull=False)
    return rows.filter(to_set | Q(status=Freeze.Status.THAWING) | again)


def stops_to_tell() -> QuerySet[Stop]:
    """Stops that the chain hasn't followed, as its last word in the final blocks copied says, or that a review ends."""
    said = ChainLog.objects.filter(contract__city=OuterRef("city"), name__in=["Paused", "Unpaused"]).order_by("-pk")
    rows = Stop.objects.filter(ended_at=None).annotate(
        said=Subquery(said.values("name")[:1]), since=Coalesce("reviewed_at", "stopped_at")
    )
    return rows.filter(~Q(said="Paused") | Q(said=None) | Q(reviewed_at__isnull=False))


def payments_to_settle() -> QuerySet[Payment]:
    """Authorised payments in no batch, of cities that are not stopped."""
    return Payment.objects.filter(status=Status.AUTHORISED, batch=None).exclude(city__in=cities_stopped())


def payments_set_aside() -> int:
    """How many payments are authorised, and in no batch until somebody requeues them."""
    return Payment.objects.filter(status=Status.AUTHORISED, pk__in=set_aside_rows(BATCHING)).count()


def batches_gone_wrong() -> QuerySet[Batch]:
    """Batches that reverted or were lost, of cities that are not stopped: the contract refuses every batch meanwhile."""
    return Batch.objects.filter(posted_at=None, submission__status__in=GONE_WRONG).exclude(city__in=cities_stopped())


def lots_to_warn_of() -> QuerySet[Lot]:
    """Lots whose owner is to be told that they lapse soon."""
    return Lot.objects.filter(warn_at__lte=clock.now())


REGISTERING: Final = register(
    Queue(
        name="registering",
        step="wallets.register",
        words=Words("체인에 등록할 지갑", "wallets to register on chain"),
        late=timedelta(seconds=30),
        rows=keys_to_register,
        since="since",
        ends_here=False,  # the contract may refuse a whole registration for one key of it
    )
)
REREGISTERING: Final = register(
    Queue(
        name="reregistering",
        step="wallets.register",
        words=Words("체인이 거절해 다시 등록할 지갑", "wallets to register anew"),
        late=timedelta(minutes=1),
        rows=registrations_gone_wrong,
        since="registration__signed_at",
    )
)
FREEZING: Final = register(
    Queue(
        name="freezing",
        step="wallets.freeze",
        words=Words("체인에 알릴 지갑 정지와 해제", "freezes to tell the chain of"),
        late=timedelta(minutes=1),
        rows=freezes_to_tell,
        since="moved_at",
        city="wallet__city",
        ends_here=False,  # the contract may not know the wallet
    )
)
STOPPING: Final = register(
    Queue(
        name="stopping",
        step="wallets.freeze",
        words=Words("체인에 알릴 긴급 정지", "emergency stops to tell the chain of"),
        late=timedelta(minutes=1),
        rows=stops_to_tell,
        since="since",
        ends_here=False,  # the contract may refuse to pause
    )
)
BATCHING: Final = register(
    Queue(
        name="batching",
        step="wallets.settle",
        words=Words("묶음을 기다리는 결제", "payments in no batch"),
        late=timedelta(seconds=30),
        rows=payments_to_settle,
        since="authorised_at",
        ends_here=False,  # the contract may refuse a payment that is alone
    )
)
HALVING: Final = register(
    Queue(
        name="halving",
        step="wallets.settle",
        words=Words("체인이 거절해 다시 보낼 묶음", "batches to sign anew"),
        late=timedelta(minutes=3),
        rows=batches_gone_wrong,
        since="formed_at",
    )
)
WARNING: Final = register(
    Queue(
        name="warning",
        step="wallets.warn",
        words=Words("곧 사라진다고 알릴 돈", "lots to warn of"),
        late=timedelta(minutes=10),  # told in days
        rows=lots_to_warn_of,
        since="warn_at",
        city="wallet__city",
    )
)
