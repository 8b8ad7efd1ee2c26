"""Writes of a city's account, and of the virtual numbers that lead to it."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Unavailable
from citycoin.foundation.locks import locked
from citycoin.money.bank.domain.accounts import AccountTerms
from citycoin.money.bank.domain.numbers import KEPT_FOR, serials, virtual_number
from citycoin.money.bank.models import CityAccount, VirtualAccount
from citycoin.money.bank.queries.accounts import NoBankAccount

# With half of all numbers in use, the chance that so many draws meet none that is free is one in a trillion.
DRAWS: Final = 40


class NumbersUsedUp(Unavailable):
    """Nearly every number that the bank gave the city is in use or kept."""

    code = "numbers_used_up"
    ko = "지금은 계좌 번호를 더 줄 수 없어서 충전하지 못했어요. 돈은 나가지 않았어요. 잠시 뒤에 다시 해 주세요."
    en = "There is no free account number now, so nothing was bought. No money moved. Please try again later."


@commits("open_city_account")
def open_city_account(*, city_id: int, terms: AccountTerms, now: datetime) -> CityAccount:
    """The city's account from now on; the one before it takes what still comes. The same again changes nothing."""
    there = locked(CityAccount.objects.filter(city_id=city_id, until=None)).first()
    if there and (there.bic, there.number) == (terms.bic, terms.number):
        return there
    if there:
        there.until = now
        there.save(update_fields=["until"])
    return CityAccount.objects.create(
        city_id=city_id,
        bank_ko=terms.bank.ko,
        bank_en=terms.bank.en,
        bic=terms.bic,
        number=terms.number,
        operating_number=terms.operating_number,
        holder=terms.holder,
        prefix=terms.prefix,
        digits=terms.digits,
        since=now,
    )


@commits("open_virtual_account")
def open_virtual_account(*, city_id: int, purpose: str, open_until: datetime, now: datetime) -> VirtualAccount:
    """A number of the city's that nobody else has, nor had within 90 days. Raises NoBankAccount, NumbersUsedUp.

    The account's row is locked, so that two who draw at once don't draw the same.
    """
    account = locked(CityAccount.objects.filter(city_id=city_id, until=None)).first()
    if account is None:
        raise NoBankAccount
    number = _free_number(account, now)
    VirtualAccount.objects.filter(account=account, number=number, released_at=None).update(released_at=now)
    return VirtualAccount.objects.create(
        account=account,
        number=number,
        purpose=purpose,
        opened_at=now,
        open_until=open_until,
        kept_until=open_until + KEPT_FOR,
    )


def _free_number(account: CityAccount, now: datetime) -> str:
    """By chance, so that a number says nothing of how many there are, and a neighbour's is far away."""
    there = serials(account.prefix, digits=account.digits)
    for _ in range(DRAWS):
        number = virtual_number(account.prefix, secrets.randbelow(there), digits=account.digits)
        taken = VirtualAccount.objects.filter(account=account, number=number, released_at=None, kept_until__gt=now)
        if number not in {account.number, account.operating_number} and not taken.exists():
            return number
    raise NumbersUsedUp


def keep_open(virtual: VirtualAccount, *, until: datetime) -> None:
    """It is open for longer, in the caller's transaction."""
    virtual.open_until, virtual.kept_until = until, until + KEPT_FOR
    virtual.save(update_fields=["open_until", "kept_until"])
