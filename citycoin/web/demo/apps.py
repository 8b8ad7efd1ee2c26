"""What the real world provides and a demo must play: codes by text message, and a bank."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Reached only where the demo setting is on."""

    name = "citycoin.web.demo"
