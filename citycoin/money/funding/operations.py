"""Writes of funders' accounts: money comes in at the bank, is promised to a purchase, becomes won with it, or is let go.

All of them lock the accounts last, after programme and top-up, in the order of their keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Conflict, NotFound, Rejected
from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.kernel.periods import Period
from citycoin.foundation.kernel.text import Name
from citycoin.foundation.locks import locked
from citycoin.money.bank.domain.verdicts import BOUGHT, Verdict
from citycoin.money.bank.models import Deposit, VirtualAccount
from citycoin.money.bank.operations.accounts import open_virtual_account
from citycoin.money.funding.models import FunderAccount, FunderEntry

Reason = FunderEntry.Reason
PURPOSE: Final = "funder"
# Longer than a period has to be for anybody who reads this.
FOR_GOOD: Final = Period(100, "years")


class FunderAccountLow(Rejected):
    """A funder can't pay its share. ``details``: which ``funder`` with its ``name``, what is ``left`` of its money, what was ``asked``."""

    code = "funder_account_low"
    ko = "할인에 쓸 지원금이 지금은 모자라 충전하지 못했어요. 돈은 나가지 않았어요. 금액을 줄이거나 나중에 다시 해 주세요."
    en = (
        "What pays for the discount is used up for the moment. Nothing was bought. "
        "Please choose a smaller amount, or try again later."
    )


class FunderUnknown(NotFound):
    """The city has no such funder."""

    code = "funder_unknown"
    ko = "이 도시에 그런 재원이 없습니다. 도시 파일의 이름을 확인해 주십시오."
    en = "The city has no such funder. Please check its name in the city's file."


class CreditEffectReused(Conflict):
    """The effect was credited before, with another sum."""

    code = "credit_effect_reused"
    ko = "같은 입금이 다른 금액으로 이미 적혀 있습니다. 입금 기록을 확인해 주십시오."
    en = "This deposit is in the books already, with another sum. Please check the deposit."


def open_account(*, city_id: int, funder: str, names: tuple[Name, Name]) -> FunderAccount:
    """The funder's account, opened once; its names (Korean, English) are said anew each time."""
    account, _ = FunderAccount.objects.update_or_create(
        city_id=city_id, funder=funder, defaults={"name_ko": names[0], "name_en": names[1]}
    )
    return account


@commits("open_funder_number")
def open_number(*, city_id: int, funder: str, now: datetime) -> VirtualAccount:
    """The number at the city's bank to which the funder pays, its own for good. Raises FunderUnknown, NoBankAccount, NumbersUsedUp."""
    account = locked(FunderAccount.objects.filter(city_id=city_id, funder=funder)).first()
    if account is None:
        raise FunderUnknown(funder=funder)
    if account.number is None:
        until = FOR_GOOD.ends_after(now)
        account.number = open_virtual_account(city_id=city_id, purpose=PURPOSE, open_until=until, now=now)
        account.save(update_fields=["number"])
    return account.number


def take_deposit(deposit: Deposit, *, now: datetime) -> Verdict:
    """The taker of funders' deposits (bank.operations.takers), in the caller's transaction: whatever comes is the funder's."""
    account = FunderAccount.objects.get(number=deposit.virtual_account_id)
    won = Amount(deposit.amount)
    credit(city_id=account.city_id, funder=account.funder, won=won, effect=f"deposit {deposit.pk}", now=now)
    return BOUGHT


@commits("credit_funder")
def credit(*, city_id: int, funder: str, won: Amount, effect: str, now: datetime) -> FunderEntry:
    """Money of the funder came in at the bank: the one way into its account. The same effect is one credit.

    ``effect`` names the deposit, up to 120 characters. Raises FunderUnknown, CreditEffectReused.
    """
    account = locked(FunderAccount.objects.filter(city_id=city_id, funder=funder)).first()
    if account is None:
        raise FunderUnknown(funder=funder)
    if made := account.entries.filter(effect=effect).first():
        if (made.reason, made.amount) != (Reason.CREDIT, won.amount):
            raise CreditEffectReused(effect=effect, credited=made.amount, asked=won.amount)
        return made
    account.balance += won.amount
    account.save(update_fields=["balance"])
    return _enter(account, Reason.CREDIT, won.amount, effect, now)


def hold(*, city_id: int, shares: Mapping[str, int]) -> None:
    """Promise these won to a purchase, {funder: won}, in the caller's transaction. Raises FunderAccountLow, for the first that lacks."""
    accounts = _accounts(city_id, shares)
    for funder, won in shares.items():
        account = accounts.get(funder)
        available = account.available if account else 0
        if won > available:
            name = {"ko": account.name_ko, "en": account.name_en} if account else {"ko": funder, "en": funder}
            raise FunderAccountLow(funder=funder, name=name, left=available, asked=won)
    for funder, account in accounts.items():
        account.held += shares[funder]
        account.save(update_fields=["held"])


def let_go(*, city_id: int, shares: Mapping[str, int]) -> None:
    """What was held for a purchase that will not be, in the caller's transaction."""
    for funder, account in _accounts(city_id, shares).items():
        account.held -= shares[funder]
        account.save(update_fields=["held"])


def take(*, city_id: int, shares: Mapping[str, int], effect: str, now: datetime) -> None:
    """What was held leaves the accounts with the won that it is now a part of, in the transaction in which these come into circulation."""
    for funder, account in _accounts(city_id, shares).items():
        account.held -= shares[funder]
        account.balance -= shares[funder]
        account.save(update_fields=["held", "balance"])
        _enter(account, Reason.SHARE, shares[funder], effect, now)


def give_back(*, city_id: int, shares: Mapping[str, int], effect: str, now: datetime) -> None:
    """The funders' part of won that left circulation: in the transaction in which these do, once an effect."""
    for funder, account in _accounts(city_id, shares).items():
        if account.entries.filter(effect=effect).exists():
            continue
        account.balance += shares[funder]
        account.save(update_fields=["balance"])
        _enter(account, Reason.RETURNED, shares[funder], effect, now)


def _accounts(city_id: int, shares: Mapping[str, int]) -> dict[str, FunderAccount]:
    """Those that pay something, locked."""
    paying = [funder for funder, won in shares.items() if won]
    if not paying:
        return {}
    rows = locked(FunderAccount.objects.filter(city_id=city_id, funder__in=paying))
    return {each.funder: each for each in rows}


def _enter(account: FunderAccount, reason: Reason, won: int, effect: str, now: datetime) -> FunderEntry:
    return FunderEntry.objects.create(account=account, reason=reason, effect=effect, amount=won, at=now)
