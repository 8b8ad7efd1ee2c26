"""The officials' pages: what needs them, budgets, approvals, shops, wallets, the audit log."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Pages only; what they do is done by the operations of the apps below."""

    name = "citycoin.web.console"
