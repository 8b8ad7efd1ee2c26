"""The compiled contract, as committed: Python needs no compiler."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "artifacts" / "CityToken.json"


@cache
def artifact() -> dict[str, Any]:
    """ABI and bytecode of CityToken."""
    loaded: dict[str, Any] = json.loads(FILE.read_text())
    return loaded


def abi() -> list[dict[str, Any]]:
    """The contract's interface."""
    entries: list[dict[str, Any]] = artifact()["abi"]
    return entries


def creation_code() -> bytes:
    """The bytes that create the contract, before its constructor's arguments."""
    return bytes.fromhex(artifact()["bytecode"].removeprefix("0x"))
