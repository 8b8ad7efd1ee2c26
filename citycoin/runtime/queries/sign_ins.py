"""Who can sign in to a demo, and the second factor of the moment, from var/demo.json."""

import json
from pathlib import Path
from typing import Any

import pyotp

FILE = "demo.json"


class NobodyOfThatName(Exception):
    """The demo has no such official."""


def code_of(var: Path, username: str) -> str:
    """The six digits that this official's authenticator shows now. Raises NobodyOfThatName."""
    officials = {each["username"]: each["totp"] for city in _said(var).values() for each in city["officials"]}
    if username not in officials:
        raise NobodyOfThatName(f"the demo's officials are {', '.join(sorted(officials)) or 'none'}; not {username}")
    return pyotp.TOTP(officials[username]).now()


def lines(var: Path, web_url: str) -> list[tuple[str, str]]:
    """What to tell whoever wants to try it: (part, sentence). Empty where there is no demo."""
    said = _said(var)
    if not said:
        return []
    officials = [each["username"] for city in said.values() for each in city["officials"]]
    residents = sorted({each["phone"] for city in said.values() for each in city["residents"] if "phone" in each})
    owners = sorted(each["phone"] for city in said.values() for each in city["owners"])
    told = [("officials", f"{', '.join(officials)}; passwords in {var / FILE}, codes by ./city code NAME")]
    if residents:
        told.append(("residents", f"{residents[0]} to {residents[-1]}; codes in {web_url}/demo/inbox, PINs in {FILE}"))
    if owners:
        told.append(("shops", f"{owners[0]} to {owners[-1]}; codes in {web_url}/demo/inbox"))
    return [*told, ("bank", f"{web_url}/demo/bank")]


def _said(var: Path) -> dict[str, Any]:
    file = var / FILE
    said: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return said
