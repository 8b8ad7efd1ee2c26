"""What shops keep of final blocks: the sums of their days, and the comparison of these with the books."""

from merchants.operations import daily_sums
from merchants.queries.daily_sums import differences
from wallets.operations import settling
from wallets.queries import reconciliation


def register() -> None:
    """Called once, when Django is ready."""
    settling.register_follower(daily_sums.add)
    reconciliation.register(differences)
