"""Kinds of rules: what each says, as a schema by which its rows are written and read. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError


class Terms(BaseModel):
    """What a rule says: numbers whole, nothing guessed, no key that its kind doesn't know."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


T = TypeVar("T", bound=Terms)


class TermsWrong(ValueError):
    """A body that its kind's schema refuses; ``key`` says where."""

    def __init__(self, key: str, what: str) -> None:
        super().__init__(f"{key}: {what}")
        self.key = key
        self.what = what


@dataclass(frozen=True, slots=True)
class RuleKind(Generic[T]):
    """One kind of rule. ``name`` stands in its rows, ``terms`` is its schema.

    ``usual``: what a city is founded with where its file says nothing, and what holds before a first rule begins; None where
    nothing holds then.
    """

    name: str
    terms: type[T]
    usual: T | None = None

    def read(self, body: Mapping[str, Any]) -> T:
        """What a row says. Raises TermsWrong, which names the first key that the schema refuses."""
        try:
            return self.terms.model_validate(dict(body))
        except ValidationError as wrong:
            first = wrong.errors(include_url=False)[0]
            raise TermsWrong(".".join(map(str, first["loc"])), first["msg"]) from wrong


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """Terms that hold from a date of Seoul on, and the article of the ordinance that says so; '' where none does."""

    in_force_from: date
    terms: T
    legal_basis: str = ""
