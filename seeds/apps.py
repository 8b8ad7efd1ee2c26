"""Cities as data, and the loader."""

from django.apps import AppConfig


class SeedsConfig(AppConfig):
    """Writes through operations only."""

    name = "seeds"
