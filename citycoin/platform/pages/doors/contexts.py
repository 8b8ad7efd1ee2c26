"""From a page's context, which is a dataclass, to what its template is given."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def fields_of(context: DataclassInstance) -> dict[str, Any]:
    """The context's fields by their names; what they hold stays as it is."""
    return {field.name: getattr(context, field.name) for field in fields(context)}
