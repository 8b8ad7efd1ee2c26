"""The processes app: no models, one place for what starts and watches."""

from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    """Nothing for the database; the command line is in __main__."""

    name = "citycoin.processes"
    label = "processes"
