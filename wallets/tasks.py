"""Doors that the worker opens: register, settle, post. Each looks at the table; arguments are never needed."""

from celery import shared_task

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.run_once import only_one
from contracts.doors import wiring
from contracts.models import Contract
from contracts.queries import ChainBehindTheBooks, contracts_in_step
from wallets.operations import batching, freezing, posting, registering, stopping


@shared_task(throws=(Unavailable,), name="wallets.register")
@only_one("register wallets")
def register() -> int:
    """Register new wallets on chain; return how many."""
    done = 0
    for contract in contracts_in_step():
        fees = wiring.chain_gateway().fees()
        done += registering.register_waiting(contract=contract, signer=wiring.signer(), fees=fees, now=clock.now())
    return done


@shared_task(throws=(Unavailable,), name="wallets.freeze")
@only_one("freeze wallets")
def freeze() -> int:
    """Tell the chain what officials stopped or let go again, first the city, then single wallets; return how many."""
    done = 0
    for contract in contracts_in_step():
        if stopping.stop_of(contract.city_id):
            fees = wiring.chain_gateway().fees()
            done += stopping.carry_stop(contract=contract, signer=wiring.signer(), fees=fees, now=clock.now())
        if freezing.waiting_for_chain(contract.city_id).exists():
            fees = wiring.chain_gateway().fees()
            done += freezing.carry_freezes(contract=contract, signer=wiring.signer(), fees=fees, now=clock.now())
    return done


@shared_task(throws=(Unavailable,), name="wallets.settle")
@only_one("settle payments")
def settle() -> int:
    """Put waiting payments into batches; return how many."""
    done = 0
    for contract in contracts_in_step():
        fees = wiring.chain_gateway().fees()
        try:
            batching.halve_reverted(contract=contract, signer=wiring.signer(), fees=fees, now=clock.now())
            done += batching.form_batches(contract=contract, signer=wiring.signer(), fees=fees, now=clock.now())
        except ChainBehindTheBooks:
            continue  # noticed by the other worker a moment ago; payments wait
    return done


@shared_task(throws=(Unavailable,), name="wallets.post")
@only_one("post logs")
def post() -> int:
    """Post what final blocks said; return how many logs."""
    return sum(
        posting.post_final_logs(contract=contract, now=clock.now())
        for contract in Contract.objects.select_related("chain", "city")
    )
