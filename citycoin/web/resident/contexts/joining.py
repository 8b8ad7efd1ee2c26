"""What the page where a wallet is opened shows."""

from __future__ import annotations

from dataclasses import dataclass

from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.platform.cities.models import City


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    """The form with what was typed, and why it was refused; ``wrong`` is the refusal's code, or empty."""

    city: City
    name: str
    key: str
    device_keys: bool  # whether the city's chain checks keys made in a browser
    terms: bool
    news: bool
    next: str
    error: CityCoinError | None
    wrong: str
