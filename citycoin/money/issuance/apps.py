"""Budgets, programmes, top-ups, issuing."""

from importlib import import_module

from django.apps import AppConfig


class IssuanceConfig(AppConfig):
    """How won come into being, under a cap that two officials signed."""

    name = "citycoin.money.issuance"

    def ready(self) -> None:
        """Make issuing's queues known, its line of the page of health, what it takes in of final blocks and of deposits, and whom it tells."""
        import_module("citycoin.money.issuance.queries.waiting")
        import_module("citycoin.money.issuance.queries.sale_wishes")
        import_module("citycoin.money.issuance.doors.health")
        import_module("citycoin.money.issuance.doors.posting").register()
        import_module("citycoin.money.issuance.doors.deposits").register()
        import_module("citycoin.money.issuance.doors.queues").register()
