"""Model fields of the whole project."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from citycoin.foundation.kernel.text import Name, comparable, sentence


class WonField(models.BigIntegerField):  # type: ignore[type-arg] # only the stubs know its arguments
    """Whole won in a row. Arithmetic that must not tear is done by the database on plain integers."""


class NameField(models.CharField):  # type: ignore[type-arg] # only the stubs know its arguments
    """What something or somebody is called. A row can't be saved with what is no name."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001 - Django's signature
        """In the form that is stored; None and empty stay, where the column allows them. Raises NameWrong."""
        value = getattr(model_instance, self.attname)
        if value or not (self.null or self.blank):
            value = Name(value or "", longest=self.max_length or 0)
            setattr(model_instance, self.attname, value)
        return value


class SentenceField(models.CharField):  # type: ignore[type-arg] # only the stubs know its arguments
    """What somebody says in their own words: a reason, a purpose."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001 - Django's signature
        """In the form that is stored."""
        value = sentence(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value


class ComparedField(models.TextField):  # type: ignore[type-arg] # only the stubs know its arguments
    """The texts of other columns as they are compared, a line each: what is sought by ``comparable`` is found in it."""

    def __init__(self, *args: Any, of: Sequence[str], **kwargs: Any) -> None:
        self.of = tuple(of)
        super().__init__(*args, **{**kwargs, "editable": False})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """As a migration writes it."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002, FBT001 - Django's signature
        """From the other columns, whenever the row is saved."""
        value = "\n".join(comparable(getattr(model_instance, each)) for each in self.of)
        setattr(model_instance, self.attname, value)
        return value


class AddressField(models.CharField):  # type: ignore[type-arg] # only the stubs know its arguments
    """An address: 0x and 40 hex digits, in lower case, so that equal addresses are equal text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": 42})


class HashField(models.CharField):  # type: ignore[type-arg] # only the stubs know its arguments
    """32 bytes: 0x and 64 hex digits, in lower case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": 66})
