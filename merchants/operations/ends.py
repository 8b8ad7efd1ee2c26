"""Tells people how payments ended that nobody was looking at: closed pages, refunds, and what the chain would not settle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.notices.operations import News, heard, tell
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due
from merchants.models import AwaitedEnd, Shop
from merchants.operations.telling import names_said, tell_managers
from merchants.queries.ends import ENDS
from wallets.domain.refusals import TooManyPayments
from wallets.models import Payment, Wallet
from wallets.operations.authorise import close
from wallets.operations.telling import tell_owner

TOLD_AT_ONCE: Final = 500
MOST_AWAITED: Final = 20  # of a wallet, at once
# Of a payment whose page was closed: one of them says how it ended.
OF_CLOSED_PAGES: Final = (Kind.PAYMENT_PAID, Kind.PAYMENT_NOT_MADE)


@commits("await_end")
def await_end(*, wallet: Wallet, shop: Shop, client_id: UUID, amount: Amount, now: datetime) -> None:
    """The payment's page is left before it knows: its payer is told how the payment under this id ended. Asked twice, once.

    ``shop`` and ``amount`` are what the page was about; they are said to nobody but the payer. Raises TooManyPayments where as
    many as one person can leave are waited for.
    """
    if AwaitedEnd.objects.filter(wallet=wallet, over_at=None).exclude(client_id=client_id).count() >= MOST_AWAITED:
        raise TooManyPayments(most=MOST_AWAITED)
    facts = {"shop": shop, "amount": amount.amount, "asked_at": now}
    AwaitedEnd.objects.get_or_create(wallet=wallet, client_id=client_id, defaults=facts)


@commits("end_was_heard")
def end_was_heard(*, wallet: Wallet, client_id: UUID, now: datetime) -> None:
    """A page has said the end after all: nobody is told any more, and who was told already has read it.

    Raises NotHere where nobody waited for it.
    """
    row = locked(AwaitedEnd.objects.filter(wallet=wallet, client_id=client_id)).first()
    if row is None:
        raise NotHere
    if row.over_at is None:
        row.over_at = now
        row.save(update_fields=["over_at"])
    if wallet.owner_id is not None:
        heard(person_id=wallet.owner_id, kinds=OF_CLOSED_PAGES, subject=str(client_id), now=now)


def tell_ends(*, now: datetime) -> int:
    """Tell of each payment that somebody waits for how it ended; return of how many."""
    waiting = list(due(ENDS, now).order_by("asked_at", "pk").values_list("pk", flat=True)[:TOLD_AT_ONCE])
    return take(ENDS, waiting, lambda part: _tell_end(part[0], now), now=now)


@commits("tell_end")
def _tell_end(number: int, now: datetime) -> int:
    """An id under which nothing arrived is closed, so that "not made" stays true. Locks this row, then the payer's wallet."""
    waiting = AwaitedEnd.objects.filter(pk=number, over_at=None).select_related("wallet", "shop")
    row = locked(waiting).first()
    if row is None:
        return 0
    try:
        paid = close(wallet=row.wallet, client_id=row.client_id, now=now)
        kind, amount = Kind.PAYMENT_PAID, paid.amount
    except Rejected:
        kind, amount = Kind.PAYMENT_NOT_MADE, row.amount
    tell_owner(row.wallet, kind, str(row.client_id), {"shop": names_said(row.shop), "won": amount}, now=now)
    row.over_at = now
    row.save(update_fields=["over_at"])
    return 1


def tell_refunded(payments: Sequence[Payment], *, now: datetime) -> None:
    """Tell whom shops have given won back, in the transaction that settles it: one question and one statement for all of them."""
    refunds = [each.pk for each in payments if each.refund_of_id]
    if refunds:
        tell(*_refunded(refunds), now=now)


def _refunded(refunds: Sequence[int]) -> Iterator[News]:
    rows = Payment.objects.filter(pk__in=refunds, payee__owner__isnull=False, payer__shop__isnull=False)
    for each in rows.select_related("payee", "payer__shop", "refund_of"):
        assert each.payee.owner_id is not None, "as it was asked for"
        assert each.refund_of is not None, "asked of refunds alone"
        yield News(
            person_id=each.payee.owner_id,
            city_id=each.city_id,
            kind=Kind.REFUND_RECEIVED,
            subject=f"{each.refund_of.client_id} {each.client_id}",
            facts={"shop": names_said(each.payer.shop), "won": each.amount},
        )


def tell_voided(payment: Payment, *, now: datetime) -> None:
    """Tell whose won came back, in the transaction that voids: a resident, or of a refund those who may give back at the shop."""
    if Wallet.Kind.TREASURY in {payment.payer.kind, payment.payee.kind}:
        return  # a payout, of which its shop is told apart
    if payment.refund_of_id:
        assert payment.refund_of is not None, "as its key says"
        subject = f"{payment.refund_of.client_id} {payment.client_id}"
        tell_managers(payment.payer.shop, Kind.REFUND_FAILED, subject, {"won": payment.amount}, now=now)
        return
    if payment.payer.owner_id is not None:
        facts = {"shop": names_said(payment.payee.shop), "won": payment.amount}
        tell_owner(payment.payer, Kind.PAYMENT_VOIDED, str(payment.client_id), facts, now=now)
