"""The officials' pages: what needs them, budgets, approvals, shops, wallets, the audit log."""

from importlib import import_module

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages only; what they do is done by the operations of the apps below."""

    name = "citycoin.web.console"

    def ready(self) -> None:
        """Make the worker know the files that it may have to make."""
        import_module("citycoin.web.console.doors.recipes")
