"""The pages for anybody: the cities, each city's sums, health."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """Pages only; what they show is read by the queries of the apps below."""

    name = "citycoin.web.public"
