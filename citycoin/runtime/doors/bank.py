"""``./city bank``: what the demo's bank can do wrong, and an order to do so."""

from __future__ import annotations

import sys
from typing import Any, Final

import httpx

TIMEOUT_SECONDS: Final = 10
DOWN: Final = "the bank doesn't answer; ./city start bank starts it"


def tell_bank(url: str, mistake: str | None) -> bool:
    """Have the bank make this mistake once more, if one is named, and print all that it can make; return whether that went well."""
    try:
        if mistake:
            httpx.post(f"{url}/switches", json={"name": mistake}, timeout=TIMEOUT_SECONDS).raise_for_status()
        said = httpx.get(f"{url}/switches", timeout=TIMEOUT_SECONDS).raise_for_status().json()
    except httpx.HTTPStatusError as wrong:
        print(wrong.response.json().get("error", wrong), file=sys.stderr)
        return False
    except (httpx.HTTPError, httpx.InvalidURL):
        print(DOWN, file=sys.stderr)
        return False
    for each in said["switches"]:
        print(_line(each))
    return True


def _line(switch: dict[str, Any]) -> str:
    times = f"{switch['times']} to come" if switch["times"] else ""
    return f"{switch['name']:<14} {times:<10} {switch['en']}"
