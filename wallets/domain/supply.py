"""What a movement changes in how many won of a city go round. No database."""

from __future__ import annotations

from typing import Final, NamedTuple

# Won that are with one of these don't go round: those never issued or burned, and those of the city.
ISSUANCE: Final = "issuance"
TREASURY: Final = "treasury"


class Change(NamedTuple):
    """Won issued, and won gone (below zero: come back)."""

    issued: int = 0
    gone: int = 0


def change_of(won: int, *, source: str, target: str) -> Change:
    """Of ``won`` that moved between accounts of these kinds; what goes round afterwards is issued less gone more."""
    goes = (target in {ISSUANCE, TREASURY}) - (source == TREASURY)
    return Change(won if source == ISSUANCE else 0, won * goes)
