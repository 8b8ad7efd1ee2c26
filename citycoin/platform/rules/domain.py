"""Kinds of rules: what each says, as a schema by which its rows are written and read. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError

from citycoin.foundation.kernel.periods import Period


class Terms(BaseModel):
    """What a rule says: numbers whole, nothing guessed, no key that its kind doesn't know."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def _period(said: object) -> Period:
    return said if isinstance(said, Period) else Period.of(said)


# A period among terms; a body writes it { "years": 5 }, or months, or days.
PeriodOfRule = Annotated[Period, BeforeValidator(_period), PlainSerializer(Period.said)]

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
            # A ValueError of ours says it by itself; pydantic would write "Value error, " before it.
            what = str(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"]
            raise TermsWrong(".".join(map(str, first["loc"])), what) from wrong


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """Terms that hold from a date of Seoul on, and the article of the ordinance that says so; '' where none does."""

    in_force_from: date
    terms: T
    legal_basis: str = ""
