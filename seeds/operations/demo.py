"""People for the demo, and what a person needs to play them, in var/demo.json: officials, residents, shop owners."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from typing import Any, Final, Self

import pyotp
from django.conf import settings

from citycoin.foundation.kernel.text import Name
from citycoin.platform.accounts.domain.phones import digits_of
from citycoin.platform.accounts.operations.people import open_official, person_of_phone
from citycoin.platform.cities.models import City
from merchants.models import Staff
from merchants.operations.staffing import add_staff
from seeds.operations.driving import ChainDriver
from seeds.operations.founding import Founded
from wallets.models import Wallet
from wallets.operations.wallets import open_wallet

FILE: Final = "demo.json"
OFFICIALS: Final = 2
API_RESIDENTS: Final = 2
FIRST_OWNER: Final = 1001
NAMES: Final = tuple(map(Name, (
    "김서연", "이도윤", "박지우", "최하준", "정서윤", "강은우", "조수아", "윤시우", "장하은", "임준서", "한지안", "오유준",
    "서채원", "신건우", "권다은", "황우진",
)))  # fmt: skip


@dataclass(slots=True)
class DemoNotes:
    """What var/demo.json says, by city. Written after each step, since what it says is found nowhere else."""

    cities: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def so_far(cls) -> Self:
        """As the file has it; nothing where there is none."""
        file = settings.VAR / FILE
        return cls(json.loads(file.read_text()) if file.exists() else {})

    def of(self, slug: str) -> dict[str, Any]:
        """What it says of a city, to be added to."""
        nothing: dict[str, Any] = {"officials": [], "residents": [], "owners": [], "shops": {}}
        return self.cities.setdefault(slug, nothing)

    def keep(self) -> None:
        """Write the file, for its owner's eyes only."""
        descriptor = os.open(settings.VAR / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            json.dump(self.cities, opened, ensure_ascii=False, indent=2)


def note_tokens(city: Founded, said: DemoNotes) -> None:
    """The tokens that read the shops opened just now: they are shown once."""
    said.of(city.file.slug)["shops"] |= {shop.name_en: token for shop, token in city.opened}
    said.keep()


def open_officials(city: Founded, said: DemoNotes, driver: ChainDriver) -> None:
    """Two officials a city, with random passwords and second factors."""
    there = said.of(city.file.slug)["officials"]
    for number in range(len(there) + 1, OFFICIALS + 1):
        there.append(
            {
                "username": f"{city.file.slug}-{number}",
                "password": secrets.token_urlsafe(12),
                "totp": pyotp.random_base32(),
            }
        )
    said.keep()
    for each in there:
        open_official(
            city=city.contract.city,
            username=each["username"],
            password=each["password"],
            totp_secret=each["totp"],
            now=driver.now(),
        )


def open_owners(city: Founded, said: DemoNotes, driver: ChainDriver) -> None:
    """An owner for each shop of the file that was opened just now, with a phone of their own."""
    listed = sum(len(each["owners"]) for each in said.cities.values())
    for number, (shop, _) in enumerate(city.opened, FIRST_OWNER + listed):
        phone, name = phone_of(number), NAMES[number % len(NAMES)]
        owner = person_of_phone(phone=digits_of(phone), name=name, now=driver.now())
        add_staff(shop=shop, person=owner, role=Staff.Role.OWNER, now=driver.now())
        said.of(city.file.slug)["owners"].append({"phone": phone, "name": name, "shop": shop.name_ko})
    said.keep()


def open_residents(city: Founded, said: DemoNotes, driver: ChainDriver, *, count: int) -> None:
    """So many residents with phones, whose keys the city keeps. One person has a wallet in each city."""
    there = said.of(city.file.slug)["residents"]
    for number in range(1, count + 1):
        phone, name = phone_of(number), NAMES[number - 1]
        person = person_of_phone(phone=digits_of(phone), name=name, now=driver.now())
        if Wallet.objects.filter(city=city.contract.city, owner=person).exists():
            continue
        pin = f"{secrets.randbelow(10**6):06}"
        opened = open_wallet(
            city=city.contract.city,
            kind=Wallet.Kind.RESIDENT,
            signer=driver.signer,
            pin=pin,
            owner=person,
            now=driver.now(),
        )
        there.append({"phone": phone, "name": name, "pin": pin, "address": opened.key.address, "token": opened.token})
        said.keep()


def open_api_residents(city: Founded, said: DemoNotes, driver: ChainDriver) -> None:
    """Two wallets without a person, for whoever tries the API."""
    if Wallet.objects.filter(city=city.contract.city, kind=Wallet.Kind.RESIDENT).exists():
        return
    for number in range(1, API_RESIDENTS + 1):
        pin = f"{secrets.randbelow(10**6):06}"
        opened = open_wallet(
            city=city.contract.city, kind=Wallet.Kind.RESIDENT, signer=driver.signer, pin=pin, now=driver.now()
        )
        said.of(city.file.slug)["residents"].append(
            {"name": f"resident {number}", "pin": pin, "address": opened.key.address, "token": opened.token}
        )
        said.keep()


def phone_of(number: int) -> str:
    """``010-0000-0001`` for 1; no network gives such numbers out."""
    return f"010-0000-{number:04}"


def wallets_of(city: City, said: DemoNotes) -> dict[int, tuple[Wallet, str]]:
    """The demo's residents in a city by their number, each with wallet and PIN."""
    pins = {each["address"]: (each.get("phone", ""), each["pin"]) for each in said.of(city.slug)["residents"]}
    found = Wallet.objects.filter(city=city, kind=Wallet.Kind.RESIDENT, keys__address__in=pins, keys__until=None)
    numbered = {}
    for wallet, address in ((each, each.keys.get(until=None).address) for each in found):
        phone, pin = pins[address]
        if phone:
            numbered[int(phone[-4:])] = (wallet, pin)
    return numbered
