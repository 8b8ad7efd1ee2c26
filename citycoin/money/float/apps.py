"""What the bank has of a city's, beside what the city owes for it."""

from importlib import import_module

from django.apps import AppConfig


class FloatConfig(AppConfig):
    """Two sums that meet to the won, the check of them, and the brake on issues where they don't."""

    name = "citycoin.money.float"

    def ready(self) -> None:
        """Make the line on the page of health known, and have issuing ask before it signs."""
        import_module("citycoin.money.float.doors.health")
        import_module("citycoin.money.float.doors.brake").register()
