"""Copies the logs of final blocks, once, by cursor. What they mean is the posting's business."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from citycoin.foundation.fault_points import commits
from citycoin.foundation.locks import locked
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import held_rows
from contracts.domain.gateway import BlockRef, ChainGateway, ChainUnavailable, LogRef
from contracts.models import Chain, ChainLog, Contract, Sender
from contracts.operations import submissions
from contracts.queries import COPYING

log = logging.getLogger(__name__)
# Nodes limit the range of one question.
BLOCKS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Reading:
    """Contracts whose cursors stand at the same block: one question to the node reads them all."""

    contracts: Sequence[Contract]
    next_block: int
    last_block_hash: str


def readings_of(chain: Chain, *, now: datetime) -> list[Reading]:
    """The chain's contracts, grouped by where they are read next: a single reading, unless one was just founded.

    A contract that can't be read now is left out.
    """
    rows = Contract.objects.filter(chain=chain).exclude(pk__in=held_rows(COPYING, now))
    rows = rows.order_by("next_block", "last_block_hash", "pk")
    by_place = groupby(rows, key=attrgetter("next_block", "last_block_hash"))
    return [Reading(tuple(contracts), *place) for place, contracts in by_place]


def copy_final_logs(*, gateway: ChainGateway, reading: Reading, last_final: int, now: datetime) -> int:
    """Copy the contracts' logs of the next final blocks; return how many blocks were read, each once a contract.

    All contracts at once; where one has a log that can't be copied, the others without it.
    """
    contracts = {each.pk: each for each in reading.contracts}

    def copy(part: Sequence[int]) -> int:
        mine = replace(reading, contracts=[contracts[pk] for pk in part])
        return _copy(gateway, mine, last_final=last_final, now=now)

    return take(COPYING, list(contracts), copy, now=now, at_once=len(contracts))


def _copy(gateway: ChainGateway, reading: Reading, *, last_final: int, now: datetime) -> int:
    """The node is asked outside the transaction; rows and cursors then move together, and only those that nobody else moved."""
    first, last = reading.next_block, min(last_final, reading.next_block + BLOCKS_AT_ONCE - 1)
    if last < first:
        return 0
    end = gateway.block(last)
    if end is None:
        return 0
    found = gateway.logs([each.address for each in reading.contracts], first=first, last=last)
    times = {number: _at(gateway, number) for number in {each.block_number for each in found}}
    if reading.last_block_hash and not _has(gateway, first - 1, reading.last_block_hash):
        return 0  # the chain changed below the cursor while it was read: the next round notices
    return _keep(reading, found, times, end=end, now=now)


@commits("copy_logs", durable=True)
def _keep(
    reading: Reading, found: Sequence[LogRef], times: Mapping[int, datetime], *, end: BlockRef, now: datetime
) -> int:
    rows = Contract.objects.filter(pk__in=[each.pk for each in reading.contracts], next_block=reading.next_block)
    contracts = {row.address: row for row in locked(rows.order_by("pk"))}
    ChainLog.objects.bulk_create(
        [
            ChainLog(
                contract=contracts[each.address],
                block_number=each.block_number,
                block_hash=each.block_hash,
                block_at=times[each.block_number],
                tx_hash=each.tx_hash,
                log_index=each.index,
                name=each.name,
                args=each.args,
            )
            for each in found
            if each.address in contracts
        ],
        ignore_conflicts=True,  # the same block read again after the cursor was set back
        batch_size=500,
    )
    rows.update(next_block=end.number + 1, last_block_hash=end.hash, copied_at=now)
    return (end.number + 1 - reading.next_block) * len(contracts)


def is_in_place(*, gateway: ChainGateway, reading: Reading) -> bool:
    """Whether the chain still has the last block that was copied; nothing copied yet is not in place."""
    return reading.last_block_hash != "" and _has(gateway, reading.next_block - 1, reading.last_block_hash)


def notice_lost_blocks(*, gateway: ChainGateway, reading: Reading, now: datetime) -> bool:
    """Whether the last block copied is gone from the chain; if so, say so and set the cursors back to what is left."""
    if not reading.last_block_hash:
        return False
    there = gateway.block(reading.next_block - 1)
    if there is not None and there.hash == reading.last_block_hash:
        return False
    if there is None and gateway.head().number >= reading.next_block - 1:
        return False  # the node moved on between the two questions
    ancestor = _last_shared_block(gateway, reading)
    log.error("the chain is behind the books: block %d is gone, %d is left", reading.next_block - 1, ancestor)
    left = gateway.block(ancestor)
    if left is None:
        raise ChainUnavailable(reason=f"block {ancestor} was there a moment ago, and is gone")
    _set_back(reading, left, now=now)
    return True


@commits("set_back")
def _set_back(reading: Reading, ancestor: BlockRef, *, now: datetime) -> None:
    chain_id = reading.contracts[0].chain_id
    # Whoever signs holds its sender's row while it asks whether the chain is behind: from here on it finds that it is.
    list(locked(Sender.objects.filter(chain=chain_id)))
    chain = locked(Chain.objects.filter(pk=chain_id)).get()
    rows = Contract.objects.filter(pk__in=[each.pk for each in reading.contracts])
    list(locked(rows.order_by("pk")))
    rows.update(next_block=ancestor.number + 1, last_block_hash=ancestor.hash)
    chain.behind_since = chain.behind_since or now
    chain.save(update_fields=["behind_since"])
    # What was copied and not yet posted is copied anew from where it comes to stand.
    ChainLog.objects.filter(contract__in=reading.contracts, block_number__gt=ancestor.number, posted_at=None).delete()
    submissions.put_back(chain=chain, above_block=ancestor.number)


def _last_shared_block(gateway: ChainGateway, reading: Reading) -> int:
    """The newest block with a log of any city's that the chain still has, or 0. Above it nothing is relied on."""
    chain_id = reading.contracts[0].chain_id
    blocks = ChainLog.objects.filter(contract__chain=chain_id, block_number__lt=reading.next_block)
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
