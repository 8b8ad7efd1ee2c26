"""What issuing asks of the float before it sells or signs."""

from __future__ import annotations

from citycoin.money.float.domain.refusals import FloatDiffers
from citycoin.money.float.queries.checks import differs
from citycoin.money.issuance.operations import brakes


def register() -> None:
    """Called once, when Django is ready."""
    brakes.register(refuse_while_the_float_differs)


def refuse_while_the_float_differs(city_id: int) -> None:
    """Raises FloatDiffers."""
    if differs(city_id):
        raise FloatDiffers
