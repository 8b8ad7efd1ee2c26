"""The ledger."""

from importlib import import_module

from django.apps import AppConfig


class WalletsConfig(AppConfig):
    """Wallets, keys, lots, payments, movements."""

    name = "wallets"

    def ready(self) -> None:
        """Add the ledger's lines to the page of health, and what it takes in of final blocks."""
        import_module("wallets.doors.health")
        import_module("wallets.doors.posting").register()
