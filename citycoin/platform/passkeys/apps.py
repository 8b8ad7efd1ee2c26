"""Passkeys: keys on people's own devices that say who they are."""

from django.apps import AppConfig


class PasskeysConfig(AppConfig):
    """Made, asked and taken away; what a passkey may be used for is decided by whoever asks it."""

    name = "citycoin.platform.passkeys"
