"""What a part of a path may be, beside what Django knows: whoever imports this may write ``<number:…>``."""

from __future__ import annotations

from django.urls import register_converter

from citycoin.foundation.kernel.text import MOST_DIGITS


class RowNumber:
    """A number of a row, or a year: as many digits as 64 bits hold. Django's own takes any, which no database does."""

    regex = f"[0-9]{{1,{MOST_DIGITS}}}"

    def to_python(self, text: str) -> int:
        """The number; the expression has bounded it."""
        return int(text)

    def to_url(self, number: int) -> str:
        """As digits."""
        return str(number)


register_converter(RowNumber, "number")
