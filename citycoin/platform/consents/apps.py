"""What people have agreed to, and taken back."""

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    """Each consent apart from every other, and as easy to take back as to give."""

    name = "citycoin.platform.consents"
