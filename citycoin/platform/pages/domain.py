"""What pages share that knows no database."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def fields_of(context: DataclassInstance) -> dict[str, Any]:
    """A page's dataclass as its template takes it: each field by its name, what lies in it as it is."""
    return {each.name: getattr(context, each.name) for each in fields(context)}
