"""What people are told."""

from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """A row a notice, written with the fact that it tells; some go out as a text message, too."""

    name = "citycoin.platform.notices"

    def ready(self) -> None:
        """Make its queue known."""
        import_module("citycoin.platform.notices.queries")
