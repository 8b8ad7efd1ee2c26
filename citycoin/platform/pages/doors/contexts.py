"""From a page's context, which is a dataclass, to what its template is given."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any, ClassVar, Protocol


class Context(Protocol):
    """Any dataclass, as a type checker knows one."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


def fields_of(context: Context) -> dict[str, Any]:
    """The context's fields by their names; what they hold stays as it is."""
    return {field.name: getattr(context, field.name) for field in fields(context)}
