"""What may keep a city from selling and issuing, said by apps above this one."""

from __future__ import annotations

from collections.abc import Callable

from citycoin.foundation.kernel.errors import CityCoinError

# Raises why nothing may be sold or issued in the city of this key now.
Brake = Callable[[int], None]
_brakes: list[Brake] = []


def register(brake: Brake) -> None:
    """Have it asked before anything is sold or an issue is signed, when Django is ready."""
    _brakes.append(brake)


def refuse_while_braked(city_id: int) -> None:
    """Raises what the first brake that is on says."""
    for each in _brakes:
        each(city_id)


def is_braked(city_id: int) -> bool:
    """Whether issues of the city have to wait."""
    try:
        refuse_while_braked(city_id)
    except CityCoinError:
        return True
    return False
