"""Doors that the worker opens: a round with the chain, and posting what it brought."""

from celery import shared_task
from django.conf import settings

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.run_once import only_one
from contracts.doors import wiring
from contracts.operations import chain_watch, posting
from contracts.operations.cities import for_each
from contracts.queries import chains, contracts_to_post


@shared_task(throws=(Unavailable,), name="contracts.watch_chain")
@only_one("watch chain")
def watch_chain() -> int:
    """Copy, follow, send; return how many blocks were copied."""
    return sum(
        chain_watch.watch(
            gateway=wiring.chain_gateway(),
            chain=chain,
            blocks_to_final=settings.CHAIN_BLOCKS_TO_FINAL,
            now=clock.now(),
        ).blocks
        for chain in chains()
    )


@shared_task(throws=(Unavailable,), name="contracts.post")
@only_one("post logs")
def post() -> int:
    """Post what final blocks said; return how many logs."""
    now = clock.now()
    return for_each(contracts_to_post(now), do=lambda each: posting.post_final_logs(contract=each, now=now))
