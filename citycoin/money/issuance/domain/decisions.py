"""What two officials sign: structs that the contract reads, word for word. No database."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any, ClassVar

from contracts.domain.encoding import BUDGET_TYPEHASH, KINDS_TYPEHASH, ROTATION_TYPEHASH, call, word


@dataclass(frozen=True)
class Facts:
    """What two officials sign: a struct whose fields are the first arguments of the contract's function."""

    kind: ClassVar[str]  # a value of the books' Decision.Kind
    typehash: ClassVar[bytes]
    function: ClassVar[str]

    def words(self) -> bytes:
        """The struct as it is signed."""
        return self.typehash + b"".join(word(each) for each in astuple(self))

    def call(self, signatures: tuple[bytes, bytes]) -> bytes:
        """Calldata of the function that takes it."""
        return call(self.function, *self.arguments(), *signatures)

    def arguments(self) -> tuple[Any, ...]:
        """The fields as the contract's ABI takes them."""
        return astuple(self)


@dataclass(frozen=True)
class BudgetFacts(Facts):
    """A year's cap; times in seconds since 1970, won whole. ``basis``: the hash of why (``Justification.basis``), 0x text."""

    year: int
    starts: int
    ends: int
    cap: int
    basis: str
    version: int
    deadline: int

    kind = "budget"
    typehash = BUDGET_TYPEHASH
    function = "setBudget(uint256,uint256,uint256,uint256,bytes32,uint256,uint256,bytes,bytes)"

    def arguments(self) -> tuple[Any, ...]:
        """With the basis as bytes."""
        basis = bytes.fromhex(self.basis.removeprefix("0x"))
        return (self.year, self.starts, self.ends, self.cap, basis, self.version, self.deadline)


@dataclass(frozen=True)
class RotationFacts(Facts):
    """One official's key in the place of another's."""

    outgoing: str
    incoming: str
    version: int
    deadline: int

    kind = "rotation"
    typehash = ROTATION_TYPEHASH
    function = "rotateOfficial(address,address,uint256,uint256,bytes,bytes)"


@dataclass(frozen=True)
class KindsFacts(Facts):
    """Which kind of account may pay which: bit (payer's kind * 4 + payee's kind)."""

    kinds_allowed: int
    version: int
    deadline: int

    kind = "kinds"
    typehash = KINDS_TYPEHASH
    function = "setKindsAllowed(uint256,uint256,uint256,bytes,bytes)"
