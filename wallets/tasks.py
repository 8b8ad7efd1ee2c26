"""Doors that the worker opens: register, freeze, settle. Each looks at the table; arguments are never needed."""

from celery import shared_task

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.run_once import only_one
from contracts.doors import wiring
from contracts.models import Contract
from contracts.operations.cities import in_each_city
from wallets.operations import batching, freezing, registering, stopping
from wallets.queries.waiting import BATCHING, FREEZING, HALVING, REGISTERING, REREGISTERING, STOPPING


@shared_task(throws=(Unavailable,), name="wallets.register")
@only_one("register wallets")
def register() -> int:
    """Register new wallets on chain; return how many."""
    now = clock.now()

    def register_in(contract: Contract) -> int:
        registering.take_back(contract=contract, now=now)
        return registering.register_waiting(contract=contract, means=wiring.means())

    return in_each_city(REREGISTERING, REGISTERING, do=register_in, now=now)


@shared_task(throws=(Unavailable,), name="wallets.freeze")
@only_one("freeze wallets")
def freeze() -> int:
    """Tell the chain what officials stopped or let go again, first the city, then single wallets; return how many."""

    def tell(contract: Contract) -> int:
        stops = stopping.tell_chain(contract=contract, means=wiring.means())
        return stops + freezing.tell_chain(contract=contract, means=wiring.means())

    return in_each_city(STOPPING, FREEZING, do=tell, now=clock.now())


@shared_task(throws=(Unavailable,), name="wallets.settle")
@only_one("settle payments")
def settle() -> int:
    """Put waiting payments into batches; return how many."""

    def batch(contract: Contract) -> int:
        batching.halve_reverted(contract=contract, means=wiring.means())
        return batching.form_batches(contract=contract, means=wiring.means())

    return in_each_city(HALVING, BATCHING, do=batch, now=clock.now())
