"""Reads of cities' accounts and of the numbers that lead there."""

from __future__ import annotations

from dataclasses import dataclass

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.errors import Rejected
from citycoin.money.bank.models import CityAccount, VirtualAccount


class NoBankAccount(Rejected):
    """The city has no account at a bank, so nobody can pay it."""

    code = "no_bank_account"
    ko = "시의 계좌가 아직 없어서 충전하지 못했어요. 돈은 나가지 않았어요. 시청에 문의해 주세요."
    en = "The city has no bank account yet, so nothing was bought. No money moved. Please ask the city."


@dataclass(frozen=True, slots=True)
class PayTo:
    """Where to send won: bank, number, and the holder that a bank shows before it sends."""

    bank: Words
    number: str
    holder: str


def account_of(city_id: int) -> CityAccount:
    """The city's account that is in force. Raises NoBankAccount."""
    found = CityAccount.objects.filter(city_id=city_id, until=None).first()
    if found is None:
        raise NoBankAccount
    return found


def pay_to(virtual: VirtualAccount) -> PayTo:
    """What whoever pays has to know; ``virtual`` has its ``account`` loaded."""
    account = virtual.account
    return PayTo(Words(account.bank_ko, account.bank_en), virtual.number, account.holder)


def cities_that_bank() -> list[int]:
    """The keys of cities with an account in force."""
    return list(CityAccount.objects.filter(until=None).order_by("city").values_list("city", flat=True))
