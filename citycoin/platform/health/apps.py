"""The health app."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    """Heartbeats, checks, and the page that shows them."""

    name = "citycoin.platform.health"
    label = "health"
