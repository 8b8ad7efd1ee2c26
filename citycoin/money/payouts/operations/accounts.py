"""A shop names its account at a bank; a won with a code in its text goes there, and whoever reads it there types it here."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import uuid4

from citycoin.foundation import broker
from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.locks import locked
from citycoin.money.bank.models import TransferOut
from citycoin.money.bank.queries.accounts import account_of
from citycoin.money.payouts.domain.banking_days import banking_day_after, ordered_from
from citycoin.money.payouts.domain.naming import NamedAccount
from citycoin.money.payouts.domain.refusals import (
    PayoutAccountMissing,
    PayoutCheckOver,
    PayoutChecksUsedUp,
    PayoutCodeWrong,
)
from citycoin.money.payouts.domain.rules import PAYOUT
from citycoin.money.payouts.models import PayoutAccount
from citycoin.platform.accounts.models import Person
from citycoin.platform.rules.queries import terms_in_force
from wallets.models import Wallet

CHECK_WON: Final = 1
CODES: Final = 10_000
MOST_TRIES: Final = 5
MOST_CHECKS: Final = 5
CHECKS_COUNT_FOR: Final = timedelta(days=1)
Status = PayoutAccount.Status


class Follower(Protocol):
    """Tells a shop's people that another account is in force, in the transaction that confirms it."""

    def __call__(self, account: PayoutAccount, *, now: datetime) -> None:
        """An account comes once, ever."""


_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Have an app above told of each account that comes in force, when Django is ready."""
    _followers.append(follower)


@commits("name_payout_account")
def name_account(*, wallet: Wallet, named: NamedAccount, by: Person, now: datetime) -> PayoutAccount:
    """Send a won there from the city's own money. The account in force stays so until the new one is checked.

    The same account again, while it waits, is the same check. Raises NoBankAccount, PayoutChecksUsedUp.
    """
    locked(Wallet.objects.filter(pk=wallet.pk)).get()
    mine = PayoutAccount.objects.filter(wallet=wallet)
    waiting = mine.filter(status=Status.CHECKING).first()
    if waiting and (waiting.bank, waiting.number, waiting.holder) == (named.bank, named.number, named.holder):
        return waiting
    if mine.filter(named_at__gt=now - CHECKS_COUNT_FOR).count() >= MOST_CHECKS:
        raise PayoutChecksUsedUp
    mine.filter(status=Status.CHECKING).update(status=Status.OVER, ended_at=now)
    code = f"{secrets.randbelow(CODES):04}"
    account = account_of(wallet.city_id)
    transfer = TransferOut.objects.create(
        city_id=wallet.city_id,
        account=account,
        pays_from=account.operating_number,
        purpose=TransferOut.Purpose.CHECK,
        end_to_end=uuid4().hex,
        amount=CHECK_WON,
        payee_name=named.holder,
        payee_bank=named.bank,
        payee_number=named.number,
        note=f"{code} {account.holder}",
        ordered_at=now,
    )
    broker.notify_after_commit("bank.send")
    return PayoutAccount.objects.create(
        wallet=wallet,
        bank=named.bank,
        number=named.number,
        holder=named.holder,
        code=code,
        check_transfer=transfer,
        named_by=by,
        named_at=now,
    )


def confirm(*, wallet: Wallet, code: str, now: datetime) -> PayoutAccount:
    """The account that waits is in force from now on, where the code is the one in the won's text.

    Raises PayoutCheckOver, PayoutCodeWrong; the fifth wrong one ends the check.
    """
    outcome = _confirmed(wallet, code, now)
    if isinstance(outcome, CityCoinError):
        raise outcome
    return outcome


@commits("confirm_payout_account")
def _confirmed(wallet: Wallet, code: str, now: datetime) -> PayoutAccount | CityCoinError:
    """A wrong code is counted, so its refusal must not be raised before the commit."""
    account = locked(PayoutAccount.objects.filter(wallet=wallet, status=Status.CHECKING)).first()
    if account is None:
        return PayoutCheckOver()
    if not hmac.compare_digest(account.code.encode(), code.encode()):
        account.tries += 1
        left = MOST_TRIES - account.tries
        if not left:
            account.status, account.ended_at = Status.OVER, now
        account.save(update_fields=["tries", "status", "ended_at"])
        return PayoutCodeWrong(left=left)
    before = PayoutAccount.objects.filter(wallet=wallet, status=Status.CONFIRMED)
    before.update(status=Status.OVER, ended_at=now)
    account.status, account.confirmed_at = Status.CONFIRMED, now
    account.next_at = next_moment(account.wallet.city_id, now)
    account.save(update_fields=["status", "confirmed_at", "next_at"])
    for follower in _followers:
        follower(account, now=now)
    return account


def next_moment(city_id: int, now: datetime) -> datetime:
    """The next moment at which payouts are ordered by themselves: on the next banking day, in Seoul's morning."""
    further = terms_in_force(city_id, PAYOUT, now).holidays
    return ordered_from(banking_day_after(now.astimezone(KST).date(), further))


@commits("switch_automatic_payouts")
def switch_automatic(*, wallet: Wallet, on: bool, now: datetime) -> PayoutAccount:
    """Have payouts go to the account in force by themselves, or only when they are asked for. Raises PayoutAccountMissing."""
    account = locked(PayoutAccount.objects.filter(wallet=wallet, status=Status.CONFIRMED)).first()
    if account is None:
        raise PayoutAccountMissing
    if on and not account.automatic:
        account.next_at = next_moment(wallet.city_id, now)
    account.automatic = on
    account.save(update_fields=["automatic", "next_at"])
    return account


def take_check_result(transfer: TransferOut, *, now: datetime) -> None:
    """The bank refused the won, so there is no such account; in the transaction that takes its answer."""
    if transfer.status == TransferOut.Status.REJECTED:
        waiting = PayoutAccount.objects.filter(check_transfer=transfer, status=Status.CHECKING)
        waiting.update(status=Status.FAILED, ended_at=now)
