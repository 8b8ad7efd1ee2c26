"""Runs over many rows."""

from importlib import import_module

from django.apps import AppConfig


class QueuesConfig(AppConfig):
    """A row whose failure is its own is set aside, and the rest goes on."""

    name = "citycoin.platform.queues"

    def ready(self) -> None:
        """Add a line for each queue to the page of health."""
        import_module("citycoin.platform.queues.doors.health")
