"""What should not have happened, for the officials."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Written down by whoever notices, closed with what was found."""

    name = "citycoin.platform.incidents"
