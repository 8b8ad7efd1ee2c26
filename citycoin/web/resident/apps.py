"""The residents' pages: wallet, top-up, camera, payment, history."""

from importlib import import_module

from django.apps import AppConfig


class ResidentConfig(AppConfig):
    """Pages only; what they do is done by the operations of the apps below."""

    name = "citycoin.web.resident"

    def ready(self) -> None:
        """Make the worker know the files that it may have to make."""
        import_module("citycoin.web.resident.doors.recipes")
