"""Funders' accounts: whose money pays the benefits."""

from importlib import import_module

from django.apps import AppConfig


class FundingConfig(AppConfig):
    """What the city, the province and the state have put in, and what of it has become won."""

    name = "citycoin.money.funding"

    def ready(self) -> None:
        """Have ``reconcile`` compare the accounts with what they rest on, and the bank know whose deposits they take."""
        import_module("citycoin.money.funding.doors").register()
