"""What shops keep of final blocks: the sums of their days, the comparison of these with the books, and what people are told."""

from citycoin.money.payouts.operations import accounts, payouts
from merchants.operations import daily_sums, ends, payout_news
from merchants.queries.daily_sums import differences
from wallets.operations import settling
from wallets.queries import reconciliation


def register() -> None:
    """Called once, when Django is ready."""
    settling.register_follower(daily_sums.add)
    settling.register_follower(ends.tell_refunded)
    settling.register_void_follower(ends.tell_voided)
    payouts.register_follower(payout_news.tell_of_payout)
    accounts.register_follower(payout_news.tell_of_account)
    reconciliation.register(differences)
