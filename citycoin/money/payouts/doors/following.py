"""What payouts take in: payments that are settled or voided, the bank's answers, final burns."""

from citycoin.money.bank.models import TransferOut
from citycoin.money.bank.operations import results
from citycoin.money.payouts.operations import accounts, payouts, redeeming
from citycoin.money.payouts.queries.payouts import differences, is_burn_of_ours
from contracts.operations import posting
from wallets.operations import burns_and_recoveries, settling
from wallets.queries import reconciliation


def register() -> None:
    """Called once, when Django is ready."""
    settling.register_follower(payouts.follow_settled)
    settling.register_void_follower(payouts.follow_voided)
    results.register_follower(TransferOut.Purpose.PAYOUT, payouts.take_bank_result)
    results.register_follower(TransferOut.Purpose.CHECK, accounts.take_check_result)
    burns_and_recoveries.register_asked(is_burn_of_ours)
    posting.register("Burned", handler=redeeming.post_redemptions)
    reconciliation.register(differences)
