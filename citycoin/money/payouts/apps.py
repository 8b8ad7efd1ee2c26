"""Won of shops that become won at their bank."""

from importlib import import_module

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    """A shop's bank account, and each payout from the shop's wallet to the burn of its won."""

    name = "citycoin.money.payouts"

    def ready(self) -> None:
        """Make the queues of payouts known, and what follows from settled payments, the bank's answers and burns."""
        import_module("citycoin.money.payouts.queries.waiting")
        import_module("citycoin.money.payouts.doors.following").register()
