"""What a contract takes over from the one before it, byte for byte as CityTokenSuccessor reads it. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from eth_abi.abi import encode as abi_encode

from contracts.domain.encoding import FOUNDING, keccak, word

NOBODY: Final = "0x" + "00" * 20
# EIP-7825: no transaction has more gas. An account costs `carryOver` some 29,000; one that is retired, 26,000 more.
ACCOUNTS_IN_A_LIST: Final = 250
TAKEOVER_TYPEHASH: Final = keccak(
    b"Takeover(address predecessor,uint256 supply,bytes32 snapshot,uint256[] fiscalYears,uint256[] programmes,"
    b"uint256 deadline)"
)
CARRIED: Final = "(address,uint8,bool,uint256,address)"
TAKEOVER: Final = "(address,uint256,bytes32[],uint256[],uint256[],uint256,bytes,bytes)"
CARRY_OVER: Final = f"carryOver({CARRIED}[])"


@dataclass(frozen=True, slots=True, order=True)
class Carried:
    """An account as the successor takes it over; ``balance`` in won.

    ``recovered_to`` is where the won of a retired account went, which is frozen for good.
    """

    account: str
    kind: int
    frozen: bool
    balance: int
    recovered_to: str = NOBODY

    def as_tuple(self) -> tuple[str, int, bool, int, str]:
        """In the order of the contract's struct."""
        return (self.account, self.kind, self.frozen, self.balance, self.recovered_to)


def lists_of(
    accounts: Iterable[Carried], *, supply: int, size: int = ACCOUNTS_IN_A_LIST
) -> tuple[tuple[Carried, ...], ...]:
    """The snapshot: all accounts by address, in lists that each fit one transaction.

    Raises ValueError where an account is there twice, or the balances are not the ``supply``: the old contract can be
    closed for such lists, but the new one never opened.
    """
    ordered = sorted(accounts, key=lambda each: int(each.account, 16))
    if len({int(each.account, 16) for each in ordered}) < len(ordered):
        raise ValueError("an account is carried over once")
    if (held := sum(each.balance for each in ordered)) != supply:
        raise ValueError(f"the accounts hold {held} won, the supply is {supply}")
    return tuple(tuple(ordered[first : first + size]) for first in range(0, len(ordered), size))


def list_hash(accounts: Sequence[Carried]) -> bytes:
    """By which `carryOver` knows one list again: keccak256(abi.encode(Carried[]))."""
    return keccak(abi_encode((f"{CARRIED}[]",), ([each.as_tuple() for each in accounts],)))


def snapshot_hash(hashes: Sequence[bytes]) -> bytes:
    """What the officials sign when they close the old contract: the hash of the lists' hashes in a row."""
    return keccak(b"".join(hashes))


@dataclass(frozen=True, slots=True)
class Takeover:
    """What the two founding officials of the new contract sign, in its own domain."""

    predecessor: str
    supply: int
    list_hashes: tuple[bytes, ...]
    fiscal_years: tuple[int, ...]
    programmes: tuple[int, ...]
    deadline: int

    def fields(self) -> bytes:
        """The struct of EIP-712 that is signed: its typehash and its words."""
        return (
            TAKEOVER_TYPEHASH
            + word(self.predecessor)
            + word(self.supply)
            + snapshot_hash(self.list_hashes)
            + keccak(b"".join(map(word, self.fiscal_years)))
            + keccak(b"".join(map(word, self.programmes)))
            + word(self.deadline)
        )

    def constructor_arguments(self, founding: tuple[object, ...], signatures: tuple[bytes, bytes]) -> bytes:
        """What follows the successor's creation code. ``founding``: the values of the contract's struct Founding."""
        takeover = (
            self.predecessor,
            self.supply,
            self.list_hashes,
            self.fiscal_years,
            self.programmes,
            self.deadline,
            *signatures,
        )
        return abi_encode((FOUNDING, TAKEOVER), (founding, takeover))
