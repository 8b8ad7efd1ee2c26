"""Kinds of account on chain, and the matrix of which kind may pay which: 16 bits, (payer's kind * 4 + payee's kind)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

KINDS: Final = 4


class AccountKind(IntEnum):
    """The kind of an account on chain: two bits of its slot."""

    NONE = 0
    RESIDENT = 1
    SHOP = 2
    TREASURY = 3


def bit_of(payer: AccountKind, payee: AccountKind) -> int:
    """The bit of the matrix that lets accounts of one kind pay those of another."""
    return 1 << (payer * KINDS + payee)


def matrix_of(pairs: Iterable[tuple[AccountKind, AccountKind]]) -> int:
    """The matrix that allows exactly these (payer, payee)."""
    matrix = 0
    for payer, payee in pairs:
        matrix |= bit_of(payer, payee)
    return matrix


def pairs_of(matrix: int) -> tuple[tuple[AccountKind, AccountKind], ...]:
    """The (payer, payee) that a matrix allows: the inverse of ``matrix_of``."""
    return tuple((payer, payee) for payer in AccountKind for payee in AccountKind if matrix & bit_of(payer, payee))


def allows(matrix: int, payer: AccountKind, payee: AccountKind) -> bool:
    """Whether accounts of the payer's kind may pay those of the payee's."""
    return bool(matrix & bit_of(payer, payee))
