"""Errors a caller can expect. Four kinds; each app subclasses the kind, never the base.

CityCoinError
 ├─ NotFound      the thing named does not exist (or the caller may not know that it does)
 ├─ Conflict      the thing exists, in a state that forbids this
 ├─ Rejected      a rule of the currency says no
 └─ Unavailable   a dependency (the chain, the broker) cannot answer now; try again

A fifth, Malformed, is said by the doors alone: what was sent can't be read as what was asked for.
"""

from __future__ import annotations

from typing import ClassVar

from citycoin.foundation.kernel.error_numbers import NUMBERS


class CityCoinError(Exception):
    """An expected failure: a stable code, a sentence in both languages, and whether won moved.

    ``code`` never changes once published. ``details`` are JSON values for machines.
    """

    code: ClassVar[str]
    ko: ClassVar[str]
    en: ClassVar[str]
    money_moved: ClassVar[bool] = False

    def __init__(self, **details: object) -> None:
        super().__init__(self.en)
        self.details = details

    @property
    def number(self) -> str:
        """What is read out to the call centre, ``P-1042``; the code itself where nobody has numbered it yet."""
        return NUMBERS.get(self.code, self.code)

    def __str__(self) -> str:
        """For logs: the code and its facts."""
        return f"{self.code} {self.details}" if self.details else self.code

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled by its facts, as the task queue does."""
        return (_again, (type(self), self.details))


def _again(error: type[CityCoinError], details: dict[str, object]) -> CityCoinError:
    return error(**details)


class NotFound(CityCoinError):
    """The thing named does not exist, or the caller may not know that it does."""


class Conflict(CityCoinError):
    """The thing exists, in a state that forbids this."""


class Rejected(CityCoinError):
    """A rule of the currency says no."""


class Unavailable(CityCoinError):
    """A dependency cannot answer now; try again."""


class Malformed(CityCoinError):
    """What was sent can't be read as what was asked for."""


KINDS = (NotFound, Conflict, Rejected, Unavailable, Malformed)


def every_error() -> list[type[CityCoinError]]:
    """All published errors that are loaded, by code: the source of docs/errors.md."""
    found: dict[str, type[CityCoinError]] = {}
    waiting: list[type[CityCoinError]] = list(KINDS)
    while waiting:
        for error in waiting.pop().__subclasses__():
            waiting.append(error)
            if error.__dict__.get("code"):
                found[error.code] = error
    return [found[code] for code in sorted(found)]
