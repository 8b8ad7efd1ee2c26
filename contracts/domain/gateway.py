"""The chain as a few questions and one command, and the errors it may answer with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from citycoin.foundation.kernel.errors import Unavailable


class ChainUnavailable(Unavailable):
    """The node doesn't answer, or answers with something that isn't an answer."""

    code = "chain_unavailable"
    ko = "지금은 체인에 연결할 수 없어요. 잠시 뒤에 다시 해 주세요."
    en = "The chain can't be reached now. Please try again in a moment."


class CallReverted(Exception):
    """The contract says no: the name of its typed error and what it carries."""

    def __init__(self, name: str, args: Mapping[str, Any]) -> None:
        super().__init__(f"{name}({', '.join(f'{key}={value}' for key, value in args.items())})")
        self.name = name
        self.arguments = args


class NonceTaken(Exception):
    """The sender nonce is already used: these bytes were mined before, or others were."""


class NodeRefused(Exception):
    """The node takes these bytes, or this question, for wrong: the same again gets the same answer."""


class GasUnpaid(Exception):
    """The sender's wei don't pay for these bytes; nothing of theirs goes through until they do."""


@dataclass(frozen=True, slots=True)
class BlockRef:
    """A block's number, hash and time."""

    number: int
    hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LogRef:
    """A decoded event of the contract at ``address``: addresses in lower case, bytes as 0x text, numbers as integers."""

    address: str
    block_number: int
    block_hash: str
    tx_hash: str
    index: int
    name: str
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a transaction was mined, and whether it went through."""

    block_number: int
    block_hash: str
    succeeded: bool


@dataclass(frozen=True, slots=True)
class Fees:
    """Wei a unit of gas: the most in all, and the most of it for the miner."""

    most: int
    priority: int


class DevelopmentNode(Protocol):
    """What only a development node can. Every method raises ChainUnavailable where the node can't answer."""

    def mine(self, blocks: int) -> None:
        """That many blocks, now."""

    def set_clock(self, moment: datetime) -> None:
        """From now on blocks carry the time as if it were ``moment``, going on; a block is mined at once."""


class ChainGateway(Protocol):
    """A few questions and one command. Every method raises ChainUnavailable where the node can't answer."""

    def chain_id(self) -> int:
        """The number that the node's chain calls itself."""

    def head(self) -> BlockRef:
        """The newest block."""

    def block(self, number: int) -> BlockRef | None:
        """The block of this number, or None above the head."""

    def code_hash(self, address: str) -> str:
        """keccak256 of the code at ``address``, as 0x and 64 hex digits."""

    def logs(self, addresses: Sequence[str], *, first: int, last: int) -> Sequence[LogRef]:
        """These contracts' events of these blocks, both included, in their order."""

    def receipt(self, tx_hash: str) -> Receipt | None:
        """Where the transaction was mined, or None. Raises NodeRefused for what is no hash."""

    def sent_by(self, address: str, *, block: int | None = None) -> int:
        """How many transactions of ``address`` were mined, up to ``block`` or the head."""

    def wei_of(self, address: str) -> int:
        """What ``address`` can pay gas with, in wei."""

    def fees(self) -> Fees:
        """Fees that a transaction sent now surely has enough of."""

    def verifies_p256(self) -> bool:
        """Whether the chain checks P-256 signatures by itself (EIP-7951)."""

    def simulate(self, *, sender: str, to: str, data: bytes) -> None:
        """What the call would do: nothing, or CallReverted with the contract's error."""

    def broadcast(self, raw: bytes) -> None:
        """Hand the signed bytes to the node; that it has them is no error. Raises NonceTaken, NodeRefused, GasUnpaid."""
