"""Posts what final blocks say: each transaction of the chain in one transaction of ours, by handlers that apps register.

A handler is registered for the events that begin a transaction's meaning, and gets all of the transaction's logs. It returns
the Transfers that it explains; each is explained once. Several apps may follow the same event, lower layers first. What
nobody explains goes to the one handler of the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final, Protocol

from citycoin.foundation.fault_points import commits
from citycoin.foundation.locks import locked
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import held_rows
from contracts.models import ChainLog, Contract
from contracts.queries import POSTING, logs_to_post

LOGS_AT_ONCE: Final = 5_000
TRANSFER: Final = "Transfer"


@dataclass(frozen=True, slots=True)
class ChainTransaction:
    """What one transaction of the chain said, in its order."""

    contract: Contract
    logs: Sequence[ChainLog]

    def named(self, *names: str) -> list[ChainLog]:
        """Its logs of these events."""
        return [each for each in self.logs if each.name in names]

    @property
    def transfers(self) -> list[ChainLog]:
        """Each won that it moved, as ERC-20 says it."""
        return self.named(TRANSFER)


class Handler(Protocol):
    """Takes a transaction in, inside the caller's transaction; returns the Transfers that it explains."""

    def __call__(self, said: ChainTransaction, *, now: datetime) -> Collection[ChainLog]:
        """The Transfers that are explained now."""


class RestHandler(Protocol):
    """Takes in the Transfers that no other handler explains."""

    def __call__(self, said: ChainTransaction, transfers: Sequence[ChainLog], *, now: datetime) -> None:
        """Post these, with their reason."""


class TransferExplainedTwice(Exception):
    """Two handlers post the same won: a fault of ours, so nothing of the transaction is posted."""


class OutOfTurn(Exception):
    """What this transaction did rests on an earlier one that is set aside, so it is too until that is posted."""


_handlers: list[tuple[frozenset[str], Handler]] = []
_rest: list[RestHandler] = []


def register(*names: str, handler: Handler) -> None:
    """Have ``handler`` take in every transaction that has one of these events. Lower layers register first."""
    _handlers.append((frozenset(names), handler))


def register_rest(handler: RestHandler) -> None:
    """The one handler of Transfers that nobody explains."""
    _rest[:] = [handler]


def handled_names() -> frozenset[str]:
    """Every event that some app takes in."""
    return frozenset[str]().union(*(names for names, _ in _handlers))


def post_final_logs(*, contract: Contract, now: datetime) -> int:
    """Post the copied logs of this contract that wait, in order; return how many.

    The first log of a transaction stands for it: one that can't be posted is set aside, and those after it go on.
    """
    waiting = _unposted_logs(contract, now)
    said = [
        ChainTransaction(contract, tuple(logs))
        for _, logs in groupby(waiting, key=lambda each: (each.block_hash, each.tx_hash))
    ]
    if len(waiting) == LOGS_AT_ONCE and len(said) > 1:
        said.pop()  # it may be cut off; the next round has it whole
    by_first = {each.logs[0].pk: each for each in said}
    return take(POSTING, list(by_first), lambda part: _post(by_first[part[0]], now=now), now=now)


def _unposted_logs(contract: Contract, now: datetime) -> list[ChainLog]:
    """In the chain's order; without those of transactions that are not to be tried now."""
    rows = logs_to_post().filter(contract=contract)
    held = ChainLog.objects.filter(pk__in=held_rows(POSTING, now)).values("tx_hash")
    return list(rows.exclude(tx_hash__in=held).order_by("block_number", "log_index")[:LOGS_AT_ONCE])


@commits("post", durable=True)
def _post(said: ChainTransaction, *, now: datetime) -> int:
    """All that it did, and the mark that it is posted, together; how many logs. Raises TransferExplainedTwice."""
    mine = ChainLog.objects.filter(pk__in=[each.pk for each in said.logs], posted_at=None)
    if locked(mine).count() != len(said.logs):
        return 0
    explained: set[int] = set()
    for names, handler in _handlers:
        if said.named(*names):
            _add(explained, handler(said, now=now))
    rest = [each for each in said.transfers if each.pk not in explained]
    for handler_of_rest in _rest if rest else ():
        handler_of_rest(said, rest, now=now)
    return mine.update(posted_at=now)


def _add(explained: set[int], transfers: Iterable[ChainLog]) -> None:
    for each in transfers:
        if each.pk in explained:
            raise TransferExplainedTwice(str(each))
        explained.add(each.pk)
