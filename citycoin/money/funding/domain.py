"""The arithmetic of funders' shares. No database; won are whole."""

from __future__ import annotations

from collections.abc import Mapping

from citycoin.foundation.kernel.money import BUYER, LARGEST_MOVEMENT

PER_MILLE = 1000


def shares_in(funders: Mapping[str, int]) -> dict[str, int]:
    """Of {who: won} the part of those who didn't buy, and pay something."""
    return {who: won for who, won in funders.items() if who != BUYER and won}


def most_funded(*, discount_per_mille: int, weights: Mapping[str, int], available: Mapping[str, int]) -> int:
    """The largest amount, in won, of whose discount every funder can surely pay its share.

    A share is its part rounded down or up to the won, so it is within ``available`` where the part itself is. A won more might
    do by the luck of rounding; it isn't promised.
    """
    if not discount_per_mille:
        return LARGEST_MOVEMENT
    whole = sum(weights.values())
    discount = min(available.get(who, 0) * whole // weight for who, weight in weights.items())
    return min(((discount + 1) * PER_MILLE - 1) // discount_per_mille, LARGEST_MOVEMENT)
