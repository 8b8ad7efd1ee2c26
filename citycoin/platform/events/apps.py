"""What happened, for screens and webhooks."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Rows written with the fact, relayed by their state."""

    name = "citycoin.platform.events"
