"""Serializer fields that take one spelling of a thing and no other."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from rest_framework import serializers

from citycoin.foundation.kernel.money import LARGEST_MOVEMENT, Amount
from citycoin.foundation.kernel.text import is_text

_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")
_HEX: Final = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PIN: Final = re.compile(r"[0-9]{6}")  # not \d, which takes "１３５７９０"


class WholeNumber(serializers.Field[int, int, int, Any]):
    """A JSON integer between two bounds: no text, no float, no true."""

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def to_internal_value(self, data: Any) -> int:
        """The number. Raises ValidationError."""
        if type(data) is not int:
            raise serializers.ValidationError("a whole number is wanted")
        if not self.least <= data <= self.most:
            raise serializers.ValidationError(f"between {self.least} and {self.most}")
        return data

    def to_representation(self, value: int) -> int:
        """As it is."""
        return value


class WonAmount(WholeNumber):
    """An amount to move: at least one won, at most what a record of the batch carries."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(least=1, most=LARGEST_MOVEMENT, **kwargs)

    def to_internal_value(self, data: Any) -> Amount:  # type: ignore[override]
        """The amount. Raises ValidationError."""
        return Amount(super().to_internal_value(data))


class Address(serializers.Field[str, str, str, Any]):
    """0x and 40 hex digits, of any case; kept in lower case."""

    def to_internal_value(self, data: Any) -> str:
        """The address. Raises ValidationError."""
        if not isinstance(data, str) or not _ADDRESS.fullmatch(data):
            raise serializers.ValidationError("0x and 40 hex digits are wanted")
        return data.lower()

    def to_representation(self, value: str) -> str:
        """As it is."""
        return value


class Identifier(serializers.Field[UUID, str, str, Any]):
    """A UUID as text with its hyphens; the framework's own field takes 5 and true, too."""

    def to_internal_value(self, data: Any) -> UUID:
        """The id. Raises ValidationError."""
        if not isinstance(data, str) or not _UUID.fullmatch(data):
            raise serializers.ValidationError("a UUID is wanted")
        return UUID(data)

    def to_representation(self, value: UUID) -> str:
        """In lower case."""
        return str(value)


class PinDigits(serializers.Field[str, str, str, Any]):
    """Six ASCII digits as text, without anything around them."""

    def to_internal_value(self, data: Any) -> str:
        """The PIN. Raises ValidationError."""
        if not isinstance(data, str) or not _PIN.fullmatch(data):
            raise serializers.ValidationError("six digits are wanted")
        return data

    def to_representation(self, value: str) -> str:
        """Never said again."""
        raise TypeError("a PIN is read, never shown")


class Yes(serializers.Field[bool, bool, bool, Any]):
    """``true``, and nothing that only looks like it: what isn't wanted is left out."""

    def to_internal_value(self, data: Any) -> bool:
        """True. Raises ValidationError."""
        if data is not True:
            raise serializers.ValidationError("true is wanted, or nothing")
        return True

    def to_representation(self, value: bool) -> bool:  # noqa: FBT001 - the framework's signature
        """As it is."""
        return value


class Text(serializers.Field[str, str, str, Any]):
    """Text of 1 to ``longest`` characters, as it was sent; what it says is read by whoever knows what it is."""

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises ValidationError."""
        if not isinstance(data, str) or not data.strip() or len(data) > self.longest or not is_text(data):
            raise serializers.ValidationError(f"a text of 1 to {self.longest} characters is wanted")
        return data

    def to_representation(self, value: str) -> str:
        """As it is."""
        return value


class OneOf(serializers.Field[str, str, str, Any]):
    """One of some words, as they are written."""

    def __init__(self, words: Collection[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = words

    def to_internal_value(self, data: Any) -> str:
        """The word. Raises ValidationError."""
        if not isinstance(data, str) or data not in self.words:
            raise serializers.ValidationError(f"one of {', '.join(self.words)} is wanted")
        return data

    def to_representation(self, value: str) -> str:
        """As it is."""
        return value


class HexBytes(serializers.Field[bytes, str, str, Any]):
    """Bytes as 0x text, of the lengths allowed."""

    def __init__(self, *, lengths: tuple[int, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lengths = lengths

    def to_internal_value(self, data: Any) -> bytes:
        """The bytes. Raises ValidationError."""
        if not isinstance(data, str) or not _HEX.fullmatch(data) or len(data) // 2 - 1 not in self.lengths:
            raise serializers.ValidationError(f"0x and hex of {' or '.join(map(str, self.lengths))} bytes is wanted")
        return bytes.fromhex(data[2:])

    def to_representation(self, value: bytes) -> str:
        """0x text."""
        return "0x" + value.hex()


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that doesn't ignore what it doesn't know: ``status`` in a payment is a mistake or an attack."""

    def to_internal_value(self, data: Any) -> Any:
        """The fields. Raises ValidationError, also for one that isn't declared."""
        if isinstance(data, dict) and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError({name: ["no such field"] for name in sorted(unknown)})
        return super().to_internal_value(data)
