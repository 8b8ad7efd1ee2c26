"""People of every city: they sign in once, and are somebody in each city by that city's own rows."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Just above the cities."""

    name = "citycoin.platform.accounts"
