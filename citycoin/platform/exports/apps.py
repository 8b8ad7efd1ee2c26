"""Files to take along, and the jobs that make large ones."""

from importlib import import_module

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Tables as files: made while one waits, or by the worker."""

    name = "citycoin.platform.exports"

    def ready(self) -> None:
        """Make the queue of files known."""
        import_module("citycoin.platform.exports.queries")
