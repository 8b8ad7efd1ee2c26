"""The cities' contracts on the chain, and our dealings with them."""

from importlib import import_module

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """Submissions go up, final logs come down; what they mean is for the apps above."""

    name = "contracts"

    def ready(self) -> None:
        """Make its queues known."""
        import_module("contracts.queries")
