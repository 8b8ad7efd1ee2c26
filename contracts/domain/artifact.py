"""The compiled contracts, as committed: Python needs no compiler."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "artifacts"
CONTRACT: Final = "CityToken"
SUCCESSOR: Final = "CityTokenSuccessor"


@cache
def artifact(name: str = CONTRACT) -> dict[str, Any]:
    """ABI and bytecode of a contract."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return loaded


def abi() -> list[dict[str, Any]]:
    """The contract's interface."""
    entries: list[dict[str, Any]] = artifact()["abi"]
    return entries


def creation_code(name: str = CONTRACT) -> bytes:
    """The bytes that create a contract, before its constructor's arguments."""
    return bytes.fromhex(artifact(name)["bytecode"].removeprefix("0x"))
