"""A city's account, and what a bank says of it: the files of the demo's bank, taken in by the very operation of the worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from django.conf import settings

from citycoin.demo_bank import messages
from citycoin.demo_bank.messages import CREDIT, Entry
from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.clock import KST
from citycoin.money.bank.domain.accounts import AccountTerms
from citycoin.money.bank.models import BankFile, CityAccount, Deposit, VirtualAccount
from citycoin.money.bank.operations.accounts import open_city_account
from citycoin.money.bank.operations.deposits import sort_deposits
from citycoin.money.bank.operations.files import FileFound, take_file
from citycoin.platform.cities.models import City
from tests import patient
from tests.outside import eventually

_numbers = count(1)


def a_city_account(city: City, *, now: datetime) -> CityAccount:
    """As the seeds open it in a demo."""
    prefix = f"941{city.pk % 1000:03}"
    terms = AccountTerms(
        bank=Words("나루은행", "Naru Bank"),
        bic=messages.BIC,
        number=f"{prefix}00000001",
        operating_number=f"{prefix}00000002",
        holder=city.name_ko,
        prefix=prefix,
        digits=14,
    )
    return open_city_account(city_id=city.pk, terms=terms, now=now)


def virtual_accounts(account: CityAccount, how_many: int, *, until: datetime) -> list[VirtualAccount]:
    """So many numbers at once, for rows that are made at once."""
    return VirtualAccount.objects.bulk_create(
        VirtualAccount(
            account=account,
            number=f"{account.prefix}T{next(_numbers):07}",
            purpose="top_up",
            opened_at=until,
            open_until=until,
            kept_until=until.replace(year=until.year + 1),
        )
        for _ in range(how_many)
    )


def credit(account: CityAccount, to: str, won: int, *, at: datetime, **facts: Any) -> Entry:
    """What the bank books when somebody sends won to a number of the city's."""
    said = {
        "reference": f"T{next(_numbers):012}",
        "account": account.number,
        "direction": CREDIT,
        "amount": won,
        "booked_at": at.astimezone(KST),
        "virtual": to,
        "name": "홍길동",
        "bank": "004",
        "number": "110222333444",
        "end_to_end": "",
    }
    return Entry(**{**said, **facts})


def notice(account: CityAccount, entries: Sequence[Entry], *, at: datetime, message_id: str = "") -> bytes:
    """The file by which the bank tells of these."""
    return messages.notice(message_id or f"M{next(_numbers):012}", account.number, entries, now=at.astimezone(KST))


def stated(account: CityAccount, entries: Sequence[Entry], *, opening: int = 0, day: date, at: datetime) -> bytes:
    """The file by which the bank states a day, made at a moment."""
    made_at = at.astimezone(KST)
    return messages.statement(f"S{next(_numbers):012}", account.number, day, entries, opening=opening, now=made_at)


def taken(content: bytes, *, now: datetime, name: str = "") -> BankFile:
    """The file, as the worker takes it in."""
    return take_file(FileFound.of(name or f"{next(_numbers)}.xml", content), now=now)


def deposit(account: CityAccount, to: str, won: int, *, name: str) -> Deposit:
    """Somebody sends won to a number at the demo's bank, which tells of it, and the worker decides: both have it in their books."""
    sent = {"id": str(uuid4()), "name": name, "to": to, "amount": won, "bank": "004", "number": "110222333444"}
    answer = patient.post(f"{settings.BANK_URL}/transfers", json={"transfers": [sent]})
    (made,) = answer.raise_for_status().json()["transfers"]
    decided = Deposit.objects.filter(account=account, reference=made["reference"]).exclude(status="received")
    eventually(decided.exists, what="the deposit")
    return decided.get()


def told_deposit(account: CityAccount, to: str, won: int, *, now: datetime | None = None, **facts: Any) -> Deposit:
    """A bank tells of won that were sent to a number, and the worker decides. For books of the test's own: no bank has them."""
    at = now or clock.now()
    entry = credit(account, to, won, at=at, **facts)
    taken(notice(account, [entry], at=at), now=at)
    sort_deposits(now=at)
    return Deposit.objects.get(account=account, reference=entry.reference)
