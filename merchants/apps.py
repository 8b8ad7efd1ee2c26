"""Shops and what they ask for."""

from importlib import import_module

from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    """Shops, payment requests, and the door where payments come in."""

    name = "merchants"

    def ready(self) -> None:
        """Make its queues known, and what it keeps of what is settled."""
        import_module("merchants.queries.refunds")
        import_module("merchants.queries.ends")
        import_module("merchants.queries.claims")
        import_module("merchants.doors.posting").register()
