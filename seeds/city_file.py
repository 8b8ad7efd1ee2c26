"""A city as readable data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citycoin.kernel.money import Won
from merchants.operations import Application

CITIES = Path(__file__).resolve().parent / "cities"


@dataclass(frozen=True, slots=True)
class ProgrammeFile:
    """A programme of the file."""

    number: int
    names: tuple[str, str]
    cap: Won
    discount_per_mille: int
    funders: tuple[tuple[str, int], ...]
    validity_days: int


@dataclass(frozen=True, slots=True)
class CityFile:
    """What a file says of a city; names are (Korean, English)."""

    slug: str
    names: tuple[str, str]
    token_name: str
    token_symbol: str
    cap: Won
    programmes: tuple[ProgrammeFile, ...]
    shops: tuple[Application, ...]


def read_city(file: Path) -> CityFile:
    """The city in a TOML file. Raises KeyError for what is missing, InvalidAmount for what is no won."""
    data = tomllib.loads(file.read_text())
    return CityFile(
        slug=data["slug"],
        names=_names(data["name"]),
        token_name=data["token"]["name"],
        token_symbol=data["token"]["symbol"],
        cap=Won(data["budget"]["cap"]),
        programmes=tuple(_programme(each) for each in data["programmes"]),
        shops=tuple(Application(*_names(each["name"]), each["business_number"]) for each in data.get("shops", [])),
    )


def _programme(data: dict[str, Any]) -> ProgrammeFile:
    return ProgrammeFile(
        data["number"],
        _names(data["name"]),
        Won(data["cap"]),
        data["discount_per_mille"],
        tuple(data["funders"].items()),
        data["validity_days"],
    )


def _names(both: dict[str, str]) -> tuple[str, str]:
    return both["ko"], both["en"]
