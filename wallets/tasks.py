"""Doors that the worker opens: register, freeze, settle, compare, warn. Each looks at the table; arguments are never needed."""

from celery import shared_task
from django.conf import settings

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.run_once import only_one
from contracts.doors import wiring
from contracts.models import Contract
from contracts.operations.cities import for_each, in_each_city
from contracts.queries import tokens_in_step
from wallets.operations import batching, comparing, freezing, registering, stopping, warning
from wallets.queries.comparisons import not_compared_since
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


@shared_task(throws=(Unavailable,), name="wallets.compare")
@only_one("compare books and chain")
def compare() -> int:
    """Compare each city's won in all with the contract's, where that is due; return how many cities."""
    now = clock.now()

    def compare_one(contract: Contract) -> int:
        comparing.compare(contract=contract, url=settings.CHAIN_RPC_URL, now=now)
        return 1

    return for_each(tokens_in_step(not_compared_since(now - comparing.EACH)), do=compare_one)


@shared_task(name="wallets.warn")
@only_one("warn of won that lapse")
def warn() -> int:
    """Tell people which of their won lapse soon; return of how many lots."""
    return warning.warn(now=clock.now())
