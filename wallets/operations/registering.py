"""Registers the keys of new wallets on chain, and takes in that they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from citycoin.foundation.fault_points import commits
from citycoin.foundation.locks import locked
from citycoin.platform.queues.operations import count_failure, forget_failures, take
from citycoin.platform.queues.queries import due
from contracts.domain import gas
from contracts.domain.encoding import call
from contracts.domain.kinds import AccountKind
from contracts.models import ChainLog, Contract, Sender, Submission
from contracts.operations.posting import ChainTransaction
from contracts.operations.sending import Call, Means, lock_sender
from wallets.models import Key, Wallet
from wallets.queries.kinds import ON_CHAIN
from wallets.queries.waiting import (
    REGISTERED_KINDS,
    REGISTERING,
    REREGISTERING,
    keys_to_register,
    registrations_gone_wrong,
)

REGISTERED_AT_ONCE: Final = 200


def register_waiting(*, contract: Contract, means: Means) -> int:
    """Sign one registration on chain for the new keys of each kind; return how many keys. Raises ChainBehindTheBooks."""
    signed = 0
    for kind in REGISTERED_KINDS:
        keys = due(REGISTERING, means.now).filter(city_id=contract.city_id, wallet__kind=kind).order_by("pk")
        waiting = list(keys.values_list("pk", flat=True)[:REGISTERED_AT_ONCE])
        register = partial(_register, contract, kind, means=means)
        signed += take(REGISTERING, waiting, register, now=means.now, at_once=REGISTERED_AT_ONCE)
    return signed


def take_back(*, contract: Contract, now: datetime) -> int:
    """Have keys registered anew whose registration went wrong; return how many.

    The contract refuses a whole registration for one key of it: each of them goes alone the next time.
    """
    keys = due(REREGISTERING, now).filter(city_id=contract.city_id).order_by("pk")
    waiting = list(keys.values_list("pk", flat=True)[:REGISTERED_AT_ONCE])
    return take(REREGISTERING, waiting, lambda part: _take_back(part[0], now), now=now)


@commits("take_back")
def _take_back(key_id: int, now: datetime) -> int:
    key = locked(registrations_gone_wrong().filter(pk=key_id)).select_related("registration").first()
    if key is None or key.registration is None:
        return 0
    if key.registration.status == Submission.Status.REVERTED:
        count_failure(REGISTERING, key.pk, "reverted", now=now)
    key.registration = None
    key.save(update_fields=["registration"])
    return 1


@commits("register")
def _register(contract: Contract, kind: Wallet.Kind, keys: Sequence[int], *, means: Means) -> int:
    registrar = lock_sender(contract.city_id, Sender.Role.REGISTRAR, means=means)
    waiting = list(keys_to_register().filter(pk__in=keys).order_by("pk"))
    if not waiting:
        return 0
    data = call("register(address[],uint8)", [key.address for key in waiting], int(ON_CHAIN[kind]))
    told = registrar.submit(
        Call(Submission.Purpose.REGISTER, contract.address, data, gas.of_registration(len(waiting))),
        intent=registrar.fresh_intent("register", contract.address, waiting[0].address),
    )
    return Key.objects.filter(pk__in=[key.pk for key in waiting]).update(registration=told)


def post_registrations(said: ChainTransaction, *, now: datetime) -> list[ChainLog]:  # noqa: ARG001 - a handler's form
    """Take in which accounts the contract knows now; the treasury it knew from the start."""
    registered = [each for each in said.named("Registered") if each.args["kind"] != AccountKind.TREASURY]
    at = {each.args["account"]: each.block_at for each in registered}
    keys = list(Key.objects.filter(city_id=said.contract.city_id, address__in=at.keys(), until=None))
    for key in keys:
        Wallet.objects.filter(pk=key.wallet_id, registered_at=None).update(registered_at=at[key.address])
    forget_failures(REGISTERING, [key.pk for key in keys])
    return []
