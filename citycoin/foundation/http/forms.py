"""What the forms of pages have in common: refused with an error of ours, and shown again with what was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from citycoin.foundation.http.errors import FieldsWrong
from citycoin.foundation.kernel.errors import CityCoinError, Malformed
from citycoin.foundation.kernel.money import Amount, InvalidAmount, Won
from citycoin.foundation.kernel.text import LONGEST_NAME, Name, bare, day_of, sentence, visible, whole_number

Read = TypeVar("Read")


class AmountWrong(Malformed):
    """Not an amount that can move."""

    code = "amount_wrong"
    ko = "금액은 5,000처럼 1원 이상의 숫자로 적어 주세요."
    en = "Please give the amount in digits, at least 1 won, for example 5,000."


def typed_amount(text: str) -> Amount:
    """What somebody typed as an amount that moves. Raises AmountWrong."""
    try:
        return Amount.typed(text)
    except InvalidAmount:
        raise AmountWrong from None


def typed_id(text: str) -> UUID:
    """The id that a page of ours put into its form. Raises FieldsWrong."""
    try:
        return UUID(text)
    except ValueError:
        raise FieldsWrong(fields=["id"]) from None


class TypedField(forms.Field):
    """A field that is read by a function of ours. An empty one is read, too, unless it may be empty."""

    def __init__(self, read: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._read = read

    def to_python(self, value: str | None) -> Any:
        """What was typed, read. Raises ValidationError, with the error of ours that says why."""
        if not value and not self.required:
            return ""
        try:
            return self._read(value or "")
        except CityCoinError as no:
            raise ValidationError(no.en, params={"error": no}) from no
        except ValueError as no:
            raise ValidationError(str(no)) from no


class WonField(TypedField):
    """Won as a person types them, which may be none; at most fifteen digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Won.typed, **kwargs)


class AmountField(TypedField):
    """An amount that moves."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(typed_amount, **kwargs)


class NumberField(TypedField):
    """A whole number between two bounds, in ASCII digits."""

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        def read(text: str) -> int:
            number = whole_number(visible(text), most=most)
            return _there(number if number is None or number >= least else None)

        super().__init__(read, **kwargs)


class DayField(TypedField):
    """A day as a browser sends it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_day, **kwargs)


class NameField(TypedField):
    """What something or somebody is called."""

    def __init__(self, *, longest: int = LONGEST_NAME, **kwargs: Any) -> None:
        super().__init__(lambda text: Name(text, longest=longest), **kwargs)


class SentenceField(TypedField):
    """What somebody says in their own words."""

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        def read(text: str) -> str:
            said = sentence(text)
            if len(said) > longest:
                raise ValueError(f"up to {longest} characters are wanted")
            return said

        super().__init__(read, **kwargs)


class CodeField(TypedField):
    """A number or code that people paste, without what stands between its characters; whether it is one, others say."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(bare, **kwargs)


class OneOfNames(forms.ChoiceField):
    """One of some names, however its characters are composed."""

    def to_python(self, value: Any) -> str:
        """In the form that is stored."""
        return sentence(super().to_python(value))


class PageForm(forms.Form):
    """A form that a template draws by itself."""

    def said(self) -> dict[str, Any]:
        """The values of the fields. Raises the error of ours where one says what is wrong with all of them, or FieldsWrong."""
        if self.is_valid():
            return self.cleaned_data
        faults = [fault for each in self.errors.as_data().values() for fault in each]
        errors = [fault.params["error"] if fault.params and "error" in fault.params else None for fault in faults]
        kinds = {type(error) for error in errors}
        error = errors[0] if len(kinds) == 1 and errors[0] else FieldsWrong()
        raise type(error)(**error.details, fields=list(self.errors))

    def typed(self) -> dict[str, Any]:
        """What stands in each field: what was typed, or what the form begins with; empty where neither is."""
        values = {name: self[name].value() for name in self.fields}
        return {name: "" if value is None else value for name, value in values.items()}


def _day(text: str) -> date:
    return _there(day_of(visible(text)))


def _there(read: Read | None) -> Read:
    if read is None:
        raise ValueError("not of this form")
    return read
