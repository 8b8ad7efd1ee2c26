"""What happened, for screens and webhooks."""

from importlib import import_module

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Rows written with the fact, relayed by their state."""

    name = "citycoin.platform.events"

    def ready(self) -> None:
        """Make its queue known."""
        import_module("citycoin.platform.events.queries")
