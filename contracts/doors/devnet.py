"""What only a development node can: mine at once, and set its clock. Nothing that serves needs either."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from contracts.domain.gateway import ChainUnavailable


class AsksAnything(Protocol):
    """A gateway that also passes on a node's own questions."""

    def rpc(self, method: str, *params: Any) -> Any:
        """The node's answer. Raises ChainUnavailable."""


class Devnet:
    """A development node (anvil)."""

    def __init__(self, node: AsksAnything) -> None:
        self._node = node

    def mine(self, blocks: int) -> None:
        """That many blocks, now."""
        self._node.rpc("anvil_mine", hex(blocks))

    def set_clock(self, moment: datetime) -> None:
        """From now on blocks carry the time as if it were ``moment``, going on; a block is mined at once."""
        self._node.rpc("evm_setTime", int(moment.timestamp()))
        self.mine(1)


def devnet_of(node: AsksAnything) -> Devnet | None:
    """The node's own side where it is a development node, else None."""
    try:
        node.rpc("anvil_nodeInfo")
    except ChainUnavailable:
        return None
    return Devnet(node)
