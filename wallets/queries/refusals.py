"""What was answered under an id: a payment, or a refusal as the error that it was."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from citycoin.foundation.kernel.errors import CityCoinError, every_error
from wallets.domain.refusals import PaymentIdClosed, PaymentUnknown
from wallets.models import Payment, Refusal, Wallet
from wallets.queries.ledger import payment_named


def answer_under(wallet: Wallet, client_id: UUID) -> Payment:
    """The wallet's payment under this id. Raises PaymentUnknown, or what was refused under it."""
    if made := payment_named(wallet, client_id):
        return made
    raise refusal_under(wallet, client_id) or PaymentUnknown()


def refusal_under(wallet: Wallet, client_id: UUID) -> CityCoinError | None:
    """What was refused under this id of the wallet, as the error that it was; None where nothing was."""
    refusal = Refusal.objects.filter(wallet=wallet, client_id=client_id).first()
    return refused(refusal) if refusal else None


def answered_of(wallet: Wallet, ids: Collection[UUID]) -> set[UUID]:
    """Which of these ids of the wallet have a payment or a refusal."""
    paid = wallet.payments.filter(client_id__in=ids).values_list("client_id", flat=True)
    not_paid = wallet.refusals.filter(client_id__in=ids).values_list("client_id", flat=True)
    return {*paid, *not_paid}


def refused(refusal: Refusal) -> CityCoinError:
    """The error that a remembered refusal says, with the facts it had then."""
    if not refusal.facts:
        return PaymentIdClosed()
    named = {error.code: error for error in every_error()}
    return named[refusal.code](**refusal.details)
