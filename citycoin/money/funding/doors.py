"""What funding gives to others' checks."""

from citycoin.money.funding.queries import differences
from wallets.queries import reconciliation


def register() -> None:
    """Called once, when Django is ready."""
    reconciliation.register(differences)
