"""Model fields of the whole project."""

from typing import Any

from django.db import models


class WonField(models.BigIntegerField):  # type: ignore[type-arg] # only the stubs know its arguments
    """Whole won in a row. Arithmetic that must not tear is done by the database on plain integers."""


class AddressField(models.CharField):  # type: ignore[type-arg] # only the stubs know its arguments
    """An address: 0x and 40 hex digits, in lower case, so that equal addresses are equal text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": 42})


class HashField(models.CharField):  # type: ignore[type-arg] # only the stubs know its arguments
    """32 bytes: 0x and 64 hex digits, in lower case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": 66})
