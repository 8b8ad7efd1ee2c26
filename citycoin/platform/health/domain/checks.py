"""The list of what is asked for the page of health; other apps add their own questions to it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from citycoin.foundation.bilingual import Words


@dataclass(frozen=True, slots=True)
class Line:
    """One part and how it is, in a sentence. A warning is shown, but the system counts as healthy.

    ``since``: when it came to be so, where a row knows it.
    """

    name: str
    good: bool
    words: Words
    warning: bool = False
    since: datetime | None = None


Check = Callable[[], Iterable[Line]]
_registered: list[Check] = []


def register(check: Check) -> Check:
    """Have ``check`` asked, too. It yields its lines, reads the database if it likes, and takes a second at most.

    Usable as a decorator. A second registration of the same check changes nothing.
    """
    if check not in _registered:
        _registered.append(check)
    return check


def registered() -> tuple[Check, ...]:
    """Every check, in the order in which the apps registered."""
    return tuple(_registered)
