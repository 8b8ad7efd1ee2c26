"""The residents' pages: wallet, top-up, camera, payment, history."""

from django.apps import AppConfig


class ResidentConfig(AppConfig):
    """Pages only; what they do is done by the operations of the apps below."""

    name = "citycoin.web.resident"
