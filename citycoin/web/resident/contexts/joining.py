"""What the page where a wallet is opened shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.cities.models import City
from citycoin.platform.consents.domain import ConsentText


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    """The form with what was typed, and why it was refused; ``wrong`` is the refusal's code, or empty.

    ``consents``: each text that is asked, and whether it is ticked; ``missing``: the kinds of those that had to be.
    """

    city: City
    key: str
    device_keys: bool  # whether the city's chain checks keys made in a browser
    consents: Sequence[tuple[ConsentText, bool]]
    missing: Sequence[str]
    next: str
    error: CityCoinError | None
    wrong: str
