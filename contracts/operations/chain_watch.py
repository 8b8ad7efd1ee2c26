"""One round with the chain: is it the one we know, is it behind the books, what did it say, what is to be sent."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.locks import locked
from contracts.domain.gateway import ChainGateway
from contracts.models import Chain, Contract
from contracts.operations import log_copy, submissions

log = logging.getLogger(__name__)


class ChainIsAnother(Unavailable):
    """The node's chain isn't the one of the books; senders stop, and nothing is deployed anew by itself."""

    code = "chain_is_another"
    ko = "연결된 체인이 장부의 체인과 달라요. 운영자가 확인해야 하니 도움 번호로 알려 주세요."
    en = "The chain at hand is not the one of the books. An operator has to look: please call the help line."


@dataclass(frozen=True, slots=True)
class ChainRound:
    """What a round did, as numbers to log."""

    blocks: int = 0
    ended: int = 0
    sent: int = 0


def watch(*, gateway: ChainGateway, chain: Chain, blocks_to_final: int, now: datetime) -> ChainRound:
    """Copy final logs, follow submissions, send what waits. Raises ChainUnavailable, ChainIsAnother.

    While the chain has the last block copied, it is the one of the books: a block's hash says all that was before. Where
    it is gone, chain id, first block and code tell a chain that lost blocks from another one.
    """
    head = gateway.head()
    readings = log_copy.readings_of(chain, now=now)
    known = bool(readings) and all(log_copy.is_in_place(gateway=gateway, reading=each) for each in readings)
    _note_identity(chain, "" if known else _difference(gateway, chain))
    Chain.objects.filter(pk=chain.pk).update(head_number=head.number, seen_at=now)
    if chain.verifies_p256 is None:
        Chain.objects.filter(pk=chain.pk).update(verifies_p256=gateway.verifies_p256())
    last_final = head.number - blocks_to_final
    if not known:
        for reading in readings:
            log_copy.notice_lost_blocks(gateway=gateway, reading=reading, now=now)
        readings = log_copy.readings_of(chain, now=now)
    chain.refresh_from_db()
    blocks = sum(
        log_copy.copy_final_logs(gateway=gateway, reading=each, last_final=last_final, now=now) for each in readings
    )
    ended = submissions.follow(gateway=gateway, chain=chain, last_final=last_final, now=now)
    if chain.behind_since is None:
        return ChainRound(blocks, ended, submissions.broadcast_waiting(gateway=gateway, chain=chain, now=now))
    missing = submissions.feed_again(gateway=gateway, chain=chain, now=now)
    if not missing:
        _caught_up(chain)
    return ChainRound(blocks, ended, missing)


@commits("catch_up")
def _caught_up(chain: Chain) -> None:
    """Sign again once all that the books took in is in final blocks, and copied from there."""
    row = locked(Chain.objects.filter(pk=chain.pk)).get()
    if submissions.fed_again_and_not_final(row):
        return
    log.warning("the chain has caught up with the books")
    row.behind_since = None
    row.save(update_fields=["behind_since"])


def _note_identity(chain: Chain, another: str) -> None:
    """Write down whether the node serves the chain of the books. Raises ChainIsAnother where ``another`` says what differs."""
    if (another != "") != chain.is_another:
        Chain.objects.filter(pk=chain.pk).update(is_another=another != "")
    if another:
        raise ChainIsAnother(differs=another)


def _difference(gateway: ChainGateway, chain: Chain) -> str:
    """What of the node's chain id, first block and contracts' code differs from the books', or nothing."""
    first = gateway.block(1)
    if gateway.chain_id() != chain.chain_id:
        return "chain id"
    if first is None or first.hash != chain.first_block_hash:
        return "first block"
    for contract in Contract.objects.filter(chain=chain).exclude(code_hash=""):
        if gateway.code_hash(contract.address) != contract.code_hash:
            return f"code at {contract.address}"
    return ""
