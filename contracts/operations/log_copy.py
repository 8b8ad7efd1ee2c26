"""Copies the logs of final blocks, once, by cursor. What they mean is the posting's business."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from citycoin.foundation.fault_points import commits
from citycoin.foundation.locks import locked
from contracts.domain.gateway import BlockRef, ChainGateway, ChainUnavailable, LogRef
from contracts.models import Chain, ChainLog, Contract, Sender
from contracts.operations import submissions

log = logging.getLogger(__name__)
# Nodes limit the range of one question.
BLOCKS_AT_ONCE = 500


def copy_final_logs(*, gateway: ChainGateway, contract: Contract, last_final: int) -> int:
    """Copy the contract's logs of the next final blocks; return how many blocks were read.

    The node is asked outside the transaction; rows and cursor then move together, and only if nobody else moved it.
    """
    first, last = contract.next_block, min(last_final, contract.next_block + BLOCKS_AT_ONCE - 1)
    if last < first:
        return 0
    end = gateway.block(last)
    if end is None:
        return 0
    found = gateway.logs(contract.address, first=first, last=last)
    times = {number: _at(gateway, number) for number in {each.block_number for each in found}}
    if contract.last_block_hash and not _has(gateway, first - 1, contract.last_block_hash):
        return 0  # the chain changed below the cursor while it was read: the next round notices
    return _keep(contract, found, times, first=first, end=end)


@commits("copy_logs", durable=True)
def _keep(contract: Contract, found: Sequence[LogRef], times: dict[int, datetime], *, first: int, end: BlockRef) -> int:
    row = locked(Contract.objects.filter(pk=contract.pk)).get()
    if row.next_block != first:
        return 0
    ChainLog.objects.bulk_create(
        [
            ChainLog(
                contract=row,
                block_number=each.block_number,
                block_hash=each.block_hash,
                block_at=times[each.block_number],
                tx_hash=each.tx_hash,
                log_index=each.index,
                name=each.name,
                args=each.args,
            )
            for each in found
        ],
        ignore_conflicts=True,  # the same block read again after the cursor was set back
        batch_size=500,
    )
    row.next_block, row.last_block_hash = end.number + 1, end.hash
    row.save(update_fields=["next_block", "last_block_hash"])
    return end.number + 1 - first


def notice_lost_blocks(*, gateway: ChainGateway, contract: Contract, now: datetime) -> bool:
    """Whether the last block copied is gone from the chain; if so, say so and set the cursor back to what is left."""
    if not contract.last_block_hash:
        return False
    there = gateway.block(contract.next_block - 1)
    if there is not None and there.hash == contract.last_block_hash:
        return False
    if there is None and gateway.head().number >= contract.next_block - 1:
        return False  # the node moved on between the two questions
    ancestor = _last_shared_block(gateway, contract)
    log.error("the chain is behind the books: block %d is gone, %d is left", contract.next_block - 1, ancestor)
    left = gateway.block(ancestor)
    if left is None:
        raise ChainUnavailable(reason=f"block {ancestor} was there a moment ago, and is gone")
    _set_back(contract, left, now=now)
    return True


@commits("set_back")
def _set_back(contract: Contract, ancestor: BlockRef, *, now: datetime) -> None:
    # Whoever signs holds its sender's row while it asks whether the chain is behind: from here on it finds that it is.
    list(locked(Sender.objects.filter(chain=contract.chain_id)))
    chain = locked(Chain.objects.filter(pk=contract.chain_id)).get()
    row = locked(Contract.objects.filter(pk=contract.pk)).get()
    row.next_block, row.last_block_hash = ancestor.number + 1, ancestor.hash
    row.save(update_fields=["next_block", "last_block_hash"])
    chain.behind_since = chain.behind_since or now
    chain.save(update_fields=["behind_since"])
    # What was copied and not yet posted is copied anew from where it comes to stand.
    ChainLog.objects.filter(contract=row, block_number__gt=ancestor.number, posted_at=None).delete()
    submissions.put_back(chain=chain, above_block=ancestor.number)


def _last_shared_block(gateway: ChainGateway, contract: Contract) -> int:
    """The newest block with a log of any city's that the chain still has, or 0. Above it nothing is relied on."""
    blocks = ChainLog.objects.filter(contract__chain=contract.chain_id, block_number__lt=contract.next_block)
    for number, block_hash in blocks.order_by("-block_number").values_list("block_number", "block_hash").distinct():
        if _has(gateway, number, block_hash):
            return int(number)
    return 0


def _has(gateway: ChainGateway, number: int, block_hash: str) -> bool:
    there = gateway.block(number)
    return there is not None and there.hash == block_hash


def _at(gateway: ChainGateway, number: int) -> datetime:
    block = gateway.block(number)
    if block is None:
        raise ChainUnavailable(reason=f"block {number} had a log a moment ago, and is gone")
    return block.at
