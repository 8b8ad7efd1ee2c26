"""The ledger."""

from importlib import import_module

from django.apps import AppConfig


class WalletsConfig(AppConfig):
    """Wallets, keys, lots, payments, movements."""

    name = "wallets"

    def ready(self) -> None:
        """Make the ledger's queues known, its lines of the page of health, and what it takes in of final blocks."""
        import_module("wallets.queries.waiting")
        import_module("wallets.doors.health")
        import_module("wallets.doors.posting").register()
