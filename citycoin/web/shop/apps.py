"""The shops' pages: the list, applying, the counter, sales and settlements, staff and devices."""

from importlib import import_module

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Pages only; what they do is done by the operations of the apps below."""

    name = "citycoin.web.shop"

    def ready(self) -> None:
        """Make the worker know the files that it may have to make."""
        import_module("citycoin.web.shop.doors.recipes")
