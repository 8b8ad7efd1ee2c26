"""Model fields of the whole project."""

from django.db import models


class WonField(models.BigIntegerField):
    """Whole won in a row. Arithmetic that must not tear is done by the database on plain integers."""


class AddressField(models.CharField):
    """An address: 0x and 40 hex digits, in lower case, so that equal addresses are equal text."""

    def __init__(self, **kwargs: object) -> None:
        kwargs["max_length"] = 42
        super().__init__(**kwargs)


class HashField(models.CharField):
    """32 bytes: 0x and 64 hex digits, in lower case."""

    def __init__(self, **kwargs: object) -> None:
        kwargs["max_length"] = 66
        super().__init__(**kwargs)
