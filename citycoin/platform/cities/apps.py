"""The cities of this installation."""

from django.apps import AppConfig


class CitiesConfig(AppConfig):
    """Lowest of the apps: everything else belongs to a city."""

    name = "citycoin.platform.cities"
