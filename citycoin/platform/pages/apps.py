"""What every page shares: layout, languages, money and dates as people read them."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class PagesConfig(AppConfig):
    """Knows no app of ours; each app's pages stand on it."""

    name = "citycoin.platform.pages"
    default = True


class OurStaticFiles(StaticFilesConfig):
    """Django's own, but what no page of ours asks for is not collected: the API's browser, types for a developer."""

    ignore_patterns = (*StaticFilesConfig.ignore_patterns, "rest_framework", "*.d.ts", "README.md")
