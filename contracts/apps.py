"""The cities' contracts on the chain, and our dealings with them."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """Submissions go up, final logs come down; what they mean is for the apps above."""

    name = "contracts"
