"""Why something is decided, and the hash of it that two officials sign with a budget."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from citycoin.foundation.kernel.text import sentence

# The first part says what is hashed, and in which form: another form begins otherwise, so no text fits both.
FORM: Final = "City coin: why, form 1"
LONGEST_PURPOSE: Final = 300
LONGEST_LEGAL_BASIS: Final = 200


@dataclass(frozen=True, slots=True)
class Justification:
    """What a decision says beside its facts, as it is stored and published.

    ``attachment``: the SHA-256 of a file in 64 small hex digits, empty where there is none. No page takes a file yet.
    """

    purpose: str
    legal_basis: str = ""
    attachment: str = ""

    @classmethod
    def of(cls, purpose: str, legal_basis: str = "") -> Justification:
        """Of what somebody typed: in the form that is stored, and no longer than a row takes."""
        return cls(_stored(purpose, LONGEST_PURPOSE), _stored(legal_basis, LONGEST_LEGAL_BASIS))

    @property
    def basis(self) -> str:
        """The contract's ``basis``: SHA-256 of four netstrings, 0x and 64 small hex digits (docs/contract.md).

        A netstring is the number of bytes, a colon, the bytes of the text in UTF-8, a comma
        (https://cr.yp.to/proto/netstrings.txt): where one part ends and the next begins is a part of what is hashed.
        """
        parts = (FORM, self.purpose, self.legal_basis, self.attachment)
        return "0x" + hashlib.sha256(b"".join(map(_netstring, parts))).hexdigest()


def _stored(text: str, longest: int) -> str:
    return sentence(sentence(text)[:longest])


def _netstring(text: str) -> bytes:
    data = text.encode()
    return b"%d:%b," % (len(data), data)
