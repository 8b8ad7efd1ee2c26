"""Payouts of a shop, without its pages: for tests that are about something else."""

from __future__ import annotations

from uuid import uuid4

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.money import Amount
from citycoin.money.payouts.domain.naming import NamedAccount
from citycoin.money.payouts.models import Payout, PayoutAccount
from citycoin.money.payouts.operations import accounts, payouts
from citycoin.platform.accounts.models import Person
from contracts.doors import wiring
from wallets.models import Wallet

# The demo's bank has no account that begins so.
NOT_THERE = "999222333444"
THERE = "110222333444"


def account_at_bank(wallet: Wallet, by: Person, *, number: str = THERE) -> PayoutAccount:
    """In force; its code is taken from the books, which whoever names it can't read."""
    named = NamedAccount.typed(bank="088", number=number, holder="김사장")
    made = accounts.name_account(wallet=wallet, named=named, by=by, now=clock.now())
    return accounts.confirm(wallet=wallet, code=made.code, now=clock.now())


def paid_out(wallet: Wallet, by: Person, won: int) -> Payout:
    """A payout of a shop with an account in force, asked for just now."""
    asked = payouts.PayoutRequest(client_id=uuid4(), amount=Amount(won))
    return payouts.ask(wallet=wallet, asked=asked, by=by, signer=wiring.signer(), now=clock.now())


def account_of_shop(address: str) -> None:
    """Somebody owns the shop of this address now, and has an account in force: for a system that tests don't share rows with."""
    wallet = Wallet.objects.get(keys__address=address)
    keeper = Person.objects.create(username=f"keeper-{wallet.pk}", joined_at=clock.now())
    account_at_bank(wallet, keeper)
