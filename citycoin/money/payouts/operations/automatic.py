"""Payouts that nobody asks for: on each banking day, what the city's rule says is due."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.locks import locked
from citycoin.money.payouts.domain.banking_days import is_banking_day
from citycoin.money.payouts.domain.rules import PAYOUT
from citycoin.money.payouts.models import PayoutAccount
from citycoin.money.payouts.operations.accounts import next_moment
from citycoin.money.payouts.operations.payouts import PayoutRequest, draw
from citycoin.money.payouts.queries.coming import available_to, due_on, last_due
from citycoin.money.payouts.queries.waiting import ORDERING
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due
from citycoin.platform.rules.queries import terms_in_force
from contracts.domain.signing import Signer
from contracts.models import Contract
from wallets.domain.refusals import KindsNotAllowed, SignatureNeeded
from wallets.models import Wallet

# Of the ids of payouts that go by themselves: one a shop's account and day, however often it is tried.
BY_ITSELF: Final = UUID("6b2f2b5e-6d0c-4f0e-9a53-1d6a5b9c7e21")


def order_due(*, contract: Contract, signer: Signer, now: datetime) -> int:
    """Order what is due to the shops of the city; return how many payouts that made."""
    rows = due(ORDERING, now).filter(wallet__city_id=contract.city_id, next_at__lte=now).order_by("next_at", "pk")
    return take(ORDERING, list(rows.values_list("pk", flat=True)), lambda part: _order(part[0], signer, now), now=now)


@commits("order_due_payout")
def _order(account_id: int, signer: Signer, now: datetime) -> int:
    """The account's day is over with this, whether it brought a payout or not: what is too little waits for the next."""
    wallet_id = PayoutAccount.objects.values_list("wallet", flat=True).get(pk=account_id)
    wallet = locked(Wallet.objects.filter(pk=wallet_id)).select_related("city").get()
    mine = PayoutAccount.objects.filter(pk=account_id, status=PayoutAccount.Status.CONFIRMED, automatic=True)
    account = locked(mine.filter(next_at__lte=now)).first()
    if account is None:
        return 0
    account.next_at = next_moment(wallet.city_id, now)
    account.save(update_fields=["next_at"])
    today, terms = now.astimezone(KST).date(), terms_in_force(wallet.city_id, PAYOUT, now)
    if not is_banking_day(today, terms.holidays):
        return 0
    won = due_on(today, terms, wallet_id=wallet.pk, available=available_to(wallet, now=now))
    if won < terms.least_won:
        return 0
    asked = PayoutRequest(client_id=uuid5(BY_ITSELF, f"{account.pk} {today.isoformat()}"), amount=Amount(won))
    through = last_due(today, terms, wallet_id=wallet.pk)
    try:
        draw(account, wallet, asked, through=through, by=None, signer=signer, now=now)
    except (
        SignatureNeeded,
        KindsNotAllowed,
    ):  # each by the shop's own signature; the city lets no shop pay the treasury
        account.automatic = False
        account.save(update_fields=["automatic"])
        return 0
    return 1
