"""What the real world provides and a demo must play: codes by text message, a bank, and days that pass at a command."""

from django.apps import AppConfig
from django.conf import settings

from citycoin.foundation.kernel import clock
from citycoin.foundation.moved_clock import MovedClock


class DemoConfig(AppConfig):
    """Reached only where the demo setting is on."""

    name = "citycoin.web.demo"

    def ready(self) -> None:
        """Follow the clock that `./city clock` moves; elsewhere its file isn't read at all."""
        if settings.DEMO:
            clock.run_ahead(MovedClock(settings.VAR).ahead)
