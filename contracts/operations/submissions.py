"""Transactions of ours after they are signed: broadcast, and followed until they are final."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Window
from django.db.models.functions import RowNumber

from citycoin.foundation.fault_points import fault_point
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due, held_rows
from contracts.domain.gateway import ChainGateway, GasUnpaid, NodeRefused, NonceTaken, Receipt
from contracts.models import TRANSITIONS, Chain, Submission
from contracts.queries import FOLLOWING, SENDING

log = logging.getLogger(__name__)
Status = Submission.Status
IN_FLIGHT = (Status.SIGNED, Status.SENT)
# A node may drop what it has accepted; the same bytes again do no harm.
SENT_AGAIN_AFTER = timedelta(seconds=10)
# In a round. Of each, so that one whose bytes go nowhere keeps no other waiting.
OF_A_SENDER_AT_ONCE = 50


def broadcast_waiting(*, gateway: ChainGateway, chain: Chain, now: datetime) -> int:
    """Send what is signed and not yet sent, and once more what a node may have dropped; return how many.

    What a sender signed after bytes that no node takes waits behind them: its nonce is not its turn.
    """
    held = held_rows(SENDING, now)
    stuck = Submission.objects.filter(pk__in=held, status__in=IN_FLIGHT)
    before = stuck.filter(sender=OuterRef("sender"), nonce__lte=OuterRef("nonce"))
    waiting = _of(chain, [Status.SIGNED]) | _of(chain, [Status.SENT]).filter(sent_at__lt=now - SENT_AGAIN_AFTER)
    return _broadcast(gateway, _first_of_each_sender(waiting.exclude(Exists(before))), now=now)


def follow(*, gateway: ChainGateway, chain: Chain, last_final: int, now: datetime) -> int:
    """Mark what final blocks say of the submissions sent; return how many ended."""
    sent = due(FOLLOWING, now).filter(sender__chain=chain).select_related("sender")
    rows = {each.pk: each for each in _first_of_each_sender(sent)}
    return take(FOLLOWING, list(rows), lambda part: _follow(gateway, rows[part[0]], last_final), now=now)


def _follow(gateway: ChainGateway, submission: Submission, last_final: int) -> int:
    receipt = gateway.receipt(submission.tx_hash)
    if receipt is not None and receipt.block_number <= last_final:
        return _end(submission, receipt)
    if receipt is None and _nonce_gone(gateway, submission, last_final):
        log.error("other bytes took nonce %d of %s", submission.nonce, submission.sender.address)
        return _move(submission, Status.LOST)
    return 0


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


def _first_of_each_sender(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """In the first order of all; a sender's later ones can't be final before its earlier ones."""
    place = Window(RowNumber(), partition_by="sender", order_by="pk")
    return rows.annotate(place=place).filter(place__lte=OF_A_SENDER_AT_ONCE).order_by("pk")


def _broadcast(gateway: ChainGateway, submissions: Iterable[Submission], *, now: datetime) -> int:
    """In this order; behind bytes that the node doesn't take the sender's later ones wait, and others go on."""
    rows = {each.pk: each for each in submissions}
    stuck: set[int] = set()

    def send(part: Sequence[int]) -> int:
        submission = rows[part[0]]
        if submission.sender_id in stuck:
            return 0
        try:
            return _send(gateway, submission, now=now)
        except GasUnpaid as unpaid:  # every later one of the sender would meet it, too
            log.error("%s can't pay for gas: %s", submission.sender, unpaid)
            stuck.add(submission.sender_id)
            return 0
        except NodeRefused:
            stuck.add(submission.sender_id)
            raise

    return take(SENDING, list(rows), send, now=now)


def _send(gateway: ChainGateway, submission: Submission, *, now: datetime) -> int:
    fault_point("broadcast.before")
    try:
        gateway.broadcast(bytes(submission.raw))
    except NonceTaken:
        # Mined already, or other bytes were: ``follow`` finds out which. Never a new nonce here.
        log.info("nonce %d of %s is taken", submission.nonce, submission.sender.address)
    fault_point("broadcast.after")
    Submission.objects.filter(pk=submission.pk, status__in=IN_FLIGHT).update(status=Status.SENT, sent_at=now)
    return 1


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
