"""Doors that the worker opens: a round with the chain."""

from celery import shared_task
from django.conf import settings

from citycoin.kernel import clock
from citycoin.kernel.errors import Unavailable
from citycoin.only_one import only_one
from contracts import chain_watch, wiring
from contracts.models import Chain


@shared_task(throws=(Unavailable,), name="contracts.watch_chain")
@only_one("watch chain")
def watch_chain() -> int:
    """Copy, follow, send; return how many blocks were copied."""
    gateway, blocks = wiring.chain_gateway(), 0
    for chain in Chain.objects.all():
        done = chain_watch.watch(
            gateway=gateway, chain=chain, blocks_to_final=settings.CHAIN_BLOCKS_TO_FINAL, now=clock.now()
        )
        blocks += done.blocks
    return blocks
