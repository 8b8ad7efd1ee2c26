"""What issuing takes of the deposits that the bank tells of."""

from citycoin.money.bank.operations import takers
from citycoin.money.issuance.operations.top_ups import PURPOSE, take_deposit


def register() -> None:
    """Called once, when Django is ready."""
    takers.register(PURPOSE, taker=take_deposit)
