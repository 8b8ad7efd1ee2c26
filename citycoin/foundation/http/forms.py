"""What the forms of pages have in common: refused with an error of ours, and shown again with what was typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from citycoin.foundation.http.errors import FieldsWrong
from citycoin.foundation.kernel.money import InvalidAmount, Won


class WonField(forms.Field):
    """Won as a person types them: ASCII digits, and commas between them."""

    def to_python(self, value: str | None) -> Won:
        """The amount, which may be zero. Raises ValidationError."""
        try:
            return Won.parse((value or "").replace(",", ""))
        except InvalidAmount:
            raise ValidationError("a whole number of won is wanted") from None


class PageForm(forms.Form):
    """A form that a template draws by itself."""

    def said(self) -> dict[str, Any]:
        """The values of the fields. Raises FieldsWrong."""
        if not self.is_valid():
            raise FieldsWrong(fields=list(self.errors))
        return self.cleaned_data

    def typed(self) -> dict[str, Any]:
        """What stands in each field: what was typed, or what the form begins with; empty where neither is."""
        values = {name: self[name].value() for name in self.fields}
        return {name: "" if value is None else value for name, value in values.items()}
