"""Doors that the worker opens: register, freeze, settle. Each looks at the table; arguments are never needed."""

from celery import shared_task

from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.run_once import only_one
from contracts.doors import wiring
from contracts.queries import ChainBehindTheBooks, tokens_in_step
from wallets.operations import batching, freezing, registering, stopping
from wallets.queries import waiting
from wallets.queries.stops import stop_of


@shared_task(throws=(Unavailable,), name="wallets.register")
@only_one("register wallets")
def register() -> int:
    """Register new wallets on chain; return how many."""
    contracts = tokens_in_step(waiting.keys_to_register())
    return sum(registering.register_waiting(contract=each, means=wiring.means()) for each in contracts)


@shared_task(throws=(Unavailable,), name="wallets.freeze")
@only_one("freeze wallets")
def freeze() -> int:
    """Tell the chain what officials stopped or let go again, first the city, then single wallets; return how many."""
    done = 0
    for contract in tokens_in_step(waiting.flags_to_tell()):
        if stop_of(contract.city_id):
            done += stopping.tell_chain(contract=contract, means=wiring.means())
        done += freezing.tell_chain(contract=contract, means=wiring.means())
    return done


@shared_task(throws=(Unavailable,), name="wallets.settle")
@only_one("settle payments")
def settle() -> int:
    """Put waiting payments into batches; return how many."""
    done = 0
    for contract in tokens_in_step(waiting.payments_to_settle()):
        try:
            batching.halve_reverted(contract=contract, means=wiring.means())
            done += batching.form_batches(contract=contract, means=wiring.means())
        except ChainBehindTheBooks:
            continue  # noticed by the other worker a moment ago; payments wait
    return done
