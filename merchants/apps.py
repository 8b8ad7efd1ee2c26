"""Shops and what they ask for."""

from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    """Shops, payment requests, and the door where payments come in."""

    name = "merchants"
