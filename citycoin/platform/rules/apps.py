"""What holds in a city from a date on: dated rows, each kind with a schema of its own."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """Knows when a rule begins; what it says is known by the app whose kind it is."""

    name = "citycoin.platform.rules"
