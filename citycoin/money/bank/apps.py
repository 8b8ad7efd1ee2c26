"""The city's account at a bank: what comes in and goes out of it, in the files that banks speak."""

from importlib import import_module

from django.apps import AppConfig


class BankConfig(AppConfig):
    """Every deposit is a row; who takes it is said by the apps above."""

    name = "citycoin.money.bank"

    def ready(self) -> None:
        """Make the queues of deposits and orders known, and the bank's line of the page of health."""
        import_module("citycoin.money.bank.queries.waiting")
        import_module("citycoin.money.bank.doors.health")
