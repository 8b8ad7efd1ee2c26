"""The operator's pages: every table of ours, to be read only, on the installation's own machine."""

from django.apps import AppConfig


class OperatorConfig(AppConfig):
    """Installed where CITYCOIN_ADMIN=1 alone."""

    name = "citycoin.web.operator"
