"""What funding gives to others' checks, and what it takes of the deposits that the bank tells of."""

from citycoin.money.bank.operations import takers
from citycoin.money.funding.operations import PURPOSE, take_deposit
from citycoin.money.funding.queries import differences
from wallets.queries import reconciliation


def register() -> None:
    """Called once, when Django is ready."""
    reconciliation.register(differences)
    takers.register(PURPOSE, taker=take_deposit)
