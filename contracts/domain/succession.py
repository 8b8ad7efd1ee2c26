"""What a contract takes over from the one before it, byte for byte as CityTokenSuccessor reads it. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from eth_abi.abi import encode as abi_encode

from contracts.domain.encoding import FOUNDING, keccak, word

# EIP-7825: no transaction has more gas. An account costs `carryOver` some 31,000; one that is retired, 34,000 more.
ACCOUNTS_IN_A_LIST: Final = 200
TAKE_OVER: Final = "takeOver(uint256,uint256,uint256[])"
CARRY_OVER: Final = "carryOver(address[])"


@dataclass(frozen=True, slots=True, order=True)
class Carried:
    """An account as the successor will read it from the closed contract; ``balance`` in won.

    ``retired``: its won went to another address by a recovery. A list has the address only: what else stands here is for
    whoever looks whether all are there.
    """

    account: str
    kind: int
    frozen: bool
    balance: int
    retired: bool = False


def lists_of(
    accounts: Iterable[Carried], *, supply: int, size: int = ACCOUNTS_IN_A_LIST
) -> tuple[tuple[Carried, ...], ...]:
    """All accounts by address, in lists that each fit one transaction; those that are retired come last.

    So the new address of each is there before it, and no list is dearer than ``ACCOUNTS_IN_A_LIST`` allows for. Raises
    ValueError where an account is there twice, or the balances are not the ``supply``: the old contract can be closed for
    such lists, but the new one never opened.
    """
    ordered = sorted(accounts, key=lambda each: (each.retired, int(each.account, 16)))
    if len({int(each.account, 16) for each in ordered}) < len(ordered):
        raise ValueError("an account is carried over once")
    if (held := sum(each.balance for each in ordered)) != supply:
        raise ValueError(f"the accounts hold {held} won, the supply is {supply}")
    return tuple(tuple(ordered[first : first + size]) for first in range(0, len(ordered), size))


def list_hash(accounts: Sequence[Carried]) -> bytes:
    """By which `carryOver` knows one list again: keccak256 of the addresses, each in 32 bytes, in a row."""
    return keccak(b"".join(word(each.account) for each in accounts))


def founded_with(founding: tuple[object, ...]) -> bytes:
    """What the new contract's ``foundedWith`` answers. ``founding``: the values of the contract's struct Founding."""
    return keccak(abi_encode((FOUNDING,), (founding,)))


def creation_arguments(founding: tuple[object, ...], *, predecessor: str) -> bytes:
    """What follows the successor's creation code."""
    return abi_encode((FOUNDING, "address"), (founding, predecessor))


@dataclass(frozen=True, slots=True)
class Taken:
    """What two officials of the old contract sign as its ``snapshot``: whose accounts and which budgets go over."""

    list_hashes: tuple[bytes, ...]
    fiscal_years: tuple[int, ...]
    programmes: tuple[int, ...]

    def arguments(self) -> tuple[int, int, list[int]]:
        """Of ``takeOver``: how many lists and how many years, and all of it in a row, a number each."""
        hashes = [int.from_bytes(each) for each in self.list_hashes]
        return len(self.list_hashes), len(self.fiscal_years), [*hashes, *self.fiscal_years, *self.programmes]

    def snapshot(self) -> bytes:
        """keccak256 of these arguments, a word each, in a row."""
        lists, years, taken = self.arguments()
        return keccak(b"".join(map(word, (lists, years, *taken))))
