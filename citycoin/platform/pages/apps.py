"""What every page shares: layout, languages, money and dates as people read them."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Knows no app of ours; each app's pages stand on it."""

    name = "citycoin.platform.pages"
