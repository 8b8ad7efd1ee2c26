"""Which gateway and which signer this installation uses, from the settings."""

from __future__ import annotations

import time
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from django.conf import settings

from citycoin.foundation.kernel import clock
from contracts.domain.gateway import ChainGateway, Fees
from contracts.domain.signing import Signer, VaultSigner
from contracts.doors.devnet import Devnet, devnet_of
from contracts.operations.sending import Means

if TYPE_CHECKING:
    # web3 takes a process a second to import; commands and most pages never ask the node.
    from contracts.doors.web3_gateway import Web3Gateway

# A base fee rises by an eighth a block at most, and the fees leave room for eight times as much.
FEES_HOLD_SECONDS: Final = 2


@cache
def chain_gateway() -> ChainGateway:
    """The node at CHAIN_RPC_URL."""
    return _node()


def devnet() -> Devnet | None:
    """The same node's clock and miner, where it is a development node."""
    return devnet_of(_node())


def _node() -> Web3Gateway:
    from contracts.doors.web3_gateway import Web3Gateway  # noqa: PLC0415 - see above

    return Web3Gateway(settings.CHAIN_RPC_URL, timeout_seconds=settings.CHAIN_TIMEOUT_SECONDS)


@cache
def signer() -> Signer:
    """Keys in this installation's vault."""
    return VaultSigner()


def means() -> Means:
    """What a transaction of ours is signed with now. Raises ChainUnavailable."""
    return Means(signer(), _fees(int(time.monotonic() // FEES_HOLD_SECONDS)), clock.now())


@lru_cache(maxsize=1)
def _fees(_period: int) -> Fees:
    """The node's fees, asked for once a period: every step of a round wants them, and few send anything."""
    return chain_gateway().fees()
