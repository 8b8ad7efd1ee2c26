"""The shops' pages: the list, applying, the counter, sales and settlements, staff and devices."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Pages only; what they do is done by the operations of the apps below."""

    name = "citycoin.web.shop"
