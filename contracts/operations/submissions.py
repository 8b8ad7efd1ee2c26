"""Transactions of ours after they are signed: broadcast, and followed until they are final."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from citycoin.foundation.fault_points import fault_point
from contracts.domain.gateway import ChainGateway, NonceTaken, Receipt
from contracts.models import TRANSITIONS, Chain, Submission

log = logging.getLogger(__name__)
Status = Submission.Status
IN_FLIGHT = (Status.SIGNED, Status.SENT)
# A node may drop what it has accepted; the same bytes again do no harm.
SENT_AGAIN_AFTER = timedelta(seconds=10)
FOLLOWED_AT_ONCE = 100


def broadcast_waiting(*, gateway: ChainGateway, chain: Chain, now: datetime) -> int:
    """Send what is signed and not yet sent, and once more what a node may have dropped; return how many."""
    waiting = _of(chain, [Status.SIGNED]) | _of(chain, [Status.SENT]).filter(sent_at__lt=now - SENT_AGAIN_AFTER)
    return _broadcast(gateway, waiting.order_by("pk")[:FOLLOWED_AT_ONCE], now=now)


def follow(*, gateway: ChainGateway, chain: Chain, last_final: int) -> int:
    """Mark what final blocks say of the submissions sent; return how many ended."""
    ended = 0
    for submission in _of(chain, [Status.SENT]).order_by("pk")[:FOLLOWED_AT_ONCE]:
        receipt = gateway.receipt(submission.tx_hash)
        if receipt is not None and receipt.block_number <= last_final:
            ended += _end(submission, receipt)
        elif receipt is None and _nonce_gone(gateway, submission, last_final):
            log.error("other bytes took nonce %d of %s", submission.nonce, submission.sender.address)
            ended += _move(submission, Status.LOST)
    return ended


def feed_again(*, gateway: ChainGateway, chain: Chain, now: datetime) -> int:
    """While the chain is behind: the stored bytes in their first order across all senders, each after the one before.

    One run of one sender at a time, since that sender's nonces keep it in order; the next sender's when it is mined.
    Returns how many are still missing from the chain.
    """
    mined: dict[str, int] = {}
    missing = []
    for submission in _of(chain, IN_FLIGHT).order_by("pk"):
        address = submission.sender.address
        if address not in mined:
            mined[address] = gateway.sent_by(address)
        if submission.nonce >= mined[address]:
            missing.append(submission)
    first_run = [each for each in missing if each.sender_id == missing[0].sender_id]
    until = next((each.pk for each in missing if each.sender_id != missing[0].sender_id), None)
    _broadcast(gateway, (each for each in first_run if until is None or each.pk < until), now=now)
    return len(missing)


@transaction.atomic
def put_back(*, chain: Chain, above_block: int) -> int:
    """What was final in blocks that are gone must be final once more; return how many.

    What reverted there, too: without its bytes the sender's later ones would wait at a gap for ever.
    """
    ended = [Status.FINAL, Status.REVERTED]
    gone = Submission.objects.filter(sender__chain=chain, status__in=ended, block_number__gt=above_block)
    return gone.update(status=Status.SENT, fed_again=True, block_number=None)


def fed_again_and_not_final(chain: Chain) -> bool:
    """Whether something that the books took in is still missing from the chain's final blocks."""
    return _of(chain, IN_FLIGHT).filter(fed_again=True).exists()


def _of(chain: Chain, statuses: Iterable[str]) -> QuerySet[Submission]:
    return Submission.objects.filter(sender__chain=chain, status__in=list(statuses)).select_related("sender")


def _broadcast(gateway: ChainGateway, submissions: Iterable[Submission], *, now: datetime) -> int:
    sent = 0
    for submission in submissions:
        fault_point("broadcast.before")
        try:
            gateway.broadcast(bytes(submission.raw))
        except NonceTaken:
            # Mined already, or other bytes were: ``follow`` finds out which. Never a new nonce here.
            log.info("nonce %d of %s is taken", submission.nonce, submission.sender.address)
        fault_point("broadcast.after")
        Submission.objects.filter(pk=submission.pk, status__in=IN_FLIGHT).update(status=Status.SENT, sent_at=now)
        sent += 1
    return sent


def _end(submission: Submission, receipt: Receipt) -> int:
    if not receipt.succeeded:
        log.error("%s reverted: %s", submission.purpose, submission.tx_hash)
    status = Status.FINAL if receipt.succeeded else Status.REVERTED
    return _move(submission, status, block_number=receipt.block_number)


def _move(submission: Submission, status: Status, **fields: int) -> int:
    assert status in TRANSITIONS[submission.status], f"{submission.status} never becomes {status}"
    rows = Submission.objects.filter(pk=submission.pk, status=submission.status)
    return rows.update(status=status, fed_again=False, **fields)


def _nonce_gone(gateway: ChainGateway, submission: Submission, last_final: int) -> bool:
    """Whether other bytes took the sender nonce in a final block."""
    address = submission.sender.address
    # The head first: a node that was just started again doesn't know the counts of the blocks before.
    for block in (None, max(last_final, 0)):
        if gateway.sent_by(address, block=block) <= submission.nonce:
            return False
    # Asked again after the counts: it may have become final in between.
    return gateway.receipt(submission.tx_hash) is None
