"""What people report, for the officials."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """One inbox for all that people say is wrong, with an owner, a due date and an answer."""

    name = "citycoin.platform.reports"
