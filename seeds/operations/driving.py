"""The chain as the seeds use it: their own moment, and what the worker does, done at that moment.

A development node whose clock lies in the past is led through the days; on any other chain the moment is everybody's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, Self

from django.conf import settings
from django.db.models import Count

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.waiting import wait_until, wait_while_moving
from citycoin.money.bank.domain.customers import CustomerTransfer
from citycoin.money.bank.operations.deposits import sort_deposits
from citycoin.money.issuance.operations import issuing
from contracts.domain.gateway import ChainGateway, DevelopmentNode
from contracts.domain.signing import VaultSigner
from contracts.models import Chain, Contract, Submission
from contracts.operations import chain_watch, posting
from contracts.operations.sending import Means
from contracts.queries import tokens_in_step
from wallets.operations import batching, registering

log = logging.getLogger(__name__)
# So long without a transaction that got further, and it will not come.
PATIENCE_SECONDS: Final = 120
# A clock nearer than this is the present's, and isn't touched.
IN_THE_PAST: Final = timedelta(hours=1)


class Bank(Protocol):
    """The demo's bank as the seeds need it: people send won there, and its files are taken in."""

    def send(self, transfers: Sequence[CustomerTransfer]) -> object:
        """All of these transfers, each once by its id."""

    def take_files(self, *, now: datetime) -> int:
        """Take in what the bank has laid down; how many files."""


@dataclass(slots=True)
class ChainDriver:
    """Sends what was signed to the chain and takes it back into the books. The worker may do the same meanwhile."""

    gateway: ChainGateway
    signer: VaultSigner
    devnet: DevelopmentNode | None
    bank: Bank
    _behind: timedelta = field(default=timedelta(0))  # how far the seeds' moment is behind everybody's

    @classmethod
    def of(cls, gateway: ChainGateway, devnet: DevelopmentNode | None, bank: Bank) -> Self:
        """For the chain of ``gateway``; with its development node, days that are past can be lived through.

        Raises ChainUnavailable.
        """
        behind = clock.now() - gateway.head().at
        past = devnet is not None and behind > IN_THE_PAST
        return cls(gateway, VaultSigner(), devnet, bank, behind if past else timedelta(0))

    @property
    def in_the_past(self) -> bool:
        """Whether days can be lived through."""
        return self._behind > timedelta(0)

    def now(self) -> datetime:
        """The seeds' moment."""
        return clock.now() - self._behind

    def move_to(self, moment: datetime) -> None:
        """Go on to a later moment; in the present, or where it has passed, nothing happens."""
        if self.devnet is None or not self.in_the_past or moment <= self.now():
            return
        self._behind = max(clock.now() - moment, timedelta(0))
        self.devnet.set_clock(self.now())

    def come_back(self) -> None:
        """Set the chain's clock to everybody's, and see a block of it."""
        self.move_to(clock.now())
        self._behind = timedelta(0)
        self._round()

    def until(self, done: Callable[[], bool], *, what: str) -> None:
        """Drive until ``done``, as long as our transactions get further. Raises Stalled that names ``what`` was waited for."""

        def moved() -> bool:
            if done():
                return True
            try:
                self._round()
            except Unavailable as failure:  # the node is slow, or just started anew
                log.warning("%s: %s", what, failure)
            return done()

        wait_while_moving(moved, signs=_transactions, what=what, patience_seconds=PATIENCE_SECONDS)

    def _round(self) -> None:
        """Take in what the bank says, sign what waits, send it, and take in what became final."""
        self.bank.take_files(now=clock.now())  # whose files are of the present, whatever day is played
        sort_deposits(now=self.now())
        for contract in tokens_in_step():
            self._sign(contract)
        self._watch()
        if self.devnet:
            self.devnet.mine(settings.CHAIN_BLOCKS_TO_FINAL + 1)
            self._watch()  # a sender's first transaction waits until the one that pays its gas is mined
        for contract in Contract.objects.select_related("chain", "city"):
            posting.post_final_logs(contract=contract, now=self.now())

    def pay_in(self, transfers: Sequence[CustomerTransfer]) -> None:
        """Have the demo's bank make these transfers, and hear of them: a round before it has told would be for nothing."""
        self.bank.send(transfers)
        with suppress(TimeoutError):  # a worker beside us was quicker
            wait_until(lambda: self.bank.take_files(now=clock.now()) > 0, timeout_seconds=1, what="the bank's file")

    def means(self) -> Means:
        """What is signed with at the seeds' moment. Raises ChainUnavailable."""
        return Means(self.signer, self.gateway.fees(), self.now())

    def _sign(self, contract: Contract) -> None:
        means = self.means()
        issuing.take_apart_reverted(contract=contract, now=means.now)
        registering.register_waiting(contract=contract, means=means)
        issuing.issue_paid(contract=contract, means=means)
        batching.form_batches(contract=contract, means=means)

    def _watch(self) -> None:
        for chain in Chain.objects.all():
            chain_watch.watch(
                gateway=self.gateway, chain=chain, blocks_to_final=settings.CHAIN_BLOCKS_TO_FINAL, now=self.now()
            )


def _transactions() -> list[tuple[str, int]]:
    """How many of ours are signed, sent, final and so on."""
    return list(Submission.objects.values_list("status").annotate(Count("pk")).order_by("status"))
