"""Reads of a shop's payouts and of the account that they go to."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet, Sum

from citycoin.money.payouts.models import Payout, PayoutAccount, Redemption
from contracts.models import Contract
from wallets.models import Wallet
from wallets.queries.reconciliation import Difference

Status = Payout.Status
# While a payout is here, its won are with the treasury.
WITH_THE_TREASURY = (Status.ORDERED, Status.PAID, Status.BOUNCED)


def account_in_force(wallet_id: int) -> PayoutAccount | None:
    """Where the shop's payouts go."""
    return PayoutAccount.objects.filter(wallet_id=wallet_id, status=PayoutAccount.Status.CONFIRMED).first()


def account_to_check(wallet_id: int) -> PayoutAccount | None:
    """The account that the shop named last, while it is not in force: one that waits for its code, or that the bank refused."""
    last = PayoutAccount.objects.filter(wallet_id=wallet_id).order_by("-pk").select_related("check_transfer").first()
    shown = {PayoutAccount.Status.CHECKING, PayoutAccount.Status.FAILED}
    return last if last and last.status in shown else None


def payouts_of(wallet_id: int) -> QuerySet[Payout]:
    """The shop's payouts, newest first, with their accounts and the bank's answers."""
    return Payout.objects.filter(wallet_id=wallet_id).select_related("account", "transfer").order_by("-pk")


def won_on_their_way(wallet_id: int) -> int:
    """Won of the shop's payouts that the bank has not made yet, nor refused."""
    waiting = Payout.objects.filter(wallet_id=wallet_id, status__in=[Status.ASKED, Status.ORDERED])
    return int(waiting.aggregate(won=Sum("amount"))["won"] or 0)


def payout_named(wallet_id: int, client_id: UUID) -> Payout | None:
    """The shop's payout under this id."""
    return payouts_of(wallet_id).filter(client_id=client_id).first()


def is_burn_of_ours(burn_id: str) -> bool:
    """Whether a redemption asked for the burn of this id."""
    return Redemption.objects.filter(burn_id=burn_id).exists()


def differences(contract: Contract) -> Iterator[Difference]:
    """Where the treasury has less than payouts have brought it that are neither burned nor back."""
    treasury = Wallet.objects.filter(city_id=contract.city_id, kind=Wallet.Kind.TREASURY).first()
    rows = Payout.objects.filter(city_id=contract.city_id, status__in=WITH_THE_TREASURY)
    under_way = rows.aggregate(won=Sum("amount"))["won"] or 0
    has = treasury.posted if treasury else 0
    if has < under_way:
        yield Difference(contract.city.slug, "treasury", "posted for payouts", has, under_way)
