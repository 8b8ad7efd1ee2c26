"""Registers the keys of new wallets on chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from citycoin.foundation.locks import locked
from contracts.domain.encoding import call
from contracts.domain.gateway import Fees
from contracts.domain.signing import Signer
from contracts.models import Contract, Kind, Sender
from contracts.operations import submissions
from contracts.queries import refuse_while_behind
from wallets.models import Key, Wallet

REGISTERED_AT_ONCE = 200


KIND_ON_CHAIN = {Wallet.Kind.RESIDENT: Kind.RESIDENT, Wallet.Kind.SHOP: Kind.SHOP}


@transaction.atomic
def register_waiting(*, contract: Contract, signer: Signer, fees: Fees, now: datetime) -> int:
    """Sign one registration on chain for the new keys of each kind; return how many keys."""
    registrar = locked(Sender.objects.filter(city_id=contract.city_id, role=Sender.Role.REGISTRAR)).get()
    refuse_while_behind(contract.chain_id)
    signed = 0
    for kind, on_chain in KIND_ON_CHAIN.items():
        keys = Key.objects.filter(city_id=contract.city_id, wallet__kind=kind, registration=None, until=None)
        waiting = list(keys.order_by("pk")[:REGISTERED_AT_ONCE])
        if not waiting:
            continue
        intent = uuid5(NAMESPACE_URL, f"register {contract.address} {waiting[0].address}")
        submissions.sign_once(
            intent=intent,
            sender_id=registrar.pk,
            signer=signer,
            fees=fees,
            now=now,
            call=_registration(contract, waiting, on_chain),
        )
        Key.objects.filter(pk__in=[key.pk for key in waiting]).update(registration=intent)
        signed += len(waiting)
    return signed


def _registration(contract: Contract, keys: Sequence[Key], kind: Kind) -> submissions.Call:
    data = call("register(address[],uint8)", [key.address for key in keys], int(kind))
    return submissions.Call("register", contract.address, data, gas=80_000 + 40_000 * len(keys))
