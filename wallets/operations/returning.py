"""Won that go back to their payer: kept out of a payee's reach, sent as a payment, and put into the lots that they came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Max

from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.kernel.money import LAST_FUNDER, Amount, Won, shares_of
from citycoin.platform.rules.queries import terms_in_force
from contracts.domain.signing import Signer
from contracts.queries import SigningContext
from wallets.domain.lots import LotView, NotEnoughWon, give_back_lots
from wallets.domain.refusals import KindsNotAllowed, PayerFrozen
from wallets.domain.rules import REFUND
from wallets.domain.warnings import next_warning
from wallets.models import Lot, Payment, Status, Take
from wallets.operations.authorise import draw_up
from wallets.operations.authority import CityKey, Order
from wallets.queries import ledger


class RefundAbovePayment(Rejected):
    """More than is left of the payment; ``left`` won may still be given back."""

    code = "refund_above_payment"
    ko = "이 결제에서 돌려줄 수 있는 돈보다 많아요. 취소하지 않았어요. 금액을 줄여 주세요."
    en = "This is more than can still be given back of the payment. Nothing was refunded. Please type less."


class RefundOfVoided(Rejected):
    """The payment was voided: its payer has their won already."""

    code = "refund_of_voided"
    ko = "확정되지 않아 손님께 이미 돌아간 결제예요. 취소하지 않았어요. 더 하실 일은 없고, 내역에서 확인할 수 있어요."
    en = (
        "This payment was voided and its payer has the money already. "
        "Nothing was refunded, and there is nothing left to do."
    )


@dataclass(frozen=True, slots=True)
class Promised:
    """A refund that is to be sent: of which payment, how much, and the client id of the payment that will give it back."""

    payment: Payment
    amount: Amount
    client_id: UUID


def promise(*, payment: Payment, amount: Amount) -> None:
    """Keep so much of what the payee took out of its reach, in the caller's transaction that holds the payment's lock.

    All refunds of a payment together never pass it. Raises RefundOfVoided, RefundAbovePayment.
    """
    if payment.status == Status.VOIDED:
        raise RefundOfVoided
    if payment.refunded + amount.amount > payment.amount:
        raise RefundAbovePayment(left=payment.amount - payment.refunded, asked=amount.amount)
    Payment.objects.filter(pk=payment.pk).update(refunded=F("refunded") + amount.amount)


def send(*, promised: Promised, context: SigningContext, signer: Signer, now: datetime) -> Payment | None:
    """Authorise the payment that gives won of a settled one back, in the caller's transaction.

    None while their holder is frozen, lacks them after won left that no payment of ours explains, or the city's matrix
    lets no shop pay a resident. Sent once however often it is asked, since ``client_id`` is the payment's.
    """
    original = promised.payment
    order = Order(
        context.city_id,
        promised.client_id,
        ledger.key_in_force(original.payer).address,
        promised.amount,
        None,
        b"",
        refund_of=original.pk,
    )
    try:
        return draw_up(order=order, authority=CityKey(original.payee_id, context, signer), now=now)
    except (PayerFrozen, NotEnoughWon, KindsNotAllowed):
        return None


def give_back(refund: Payment, *, now: datetime) -> None:
    """Put the won of a refund that is final back into the lots that its payment took.

    In the caller's transaction, which holds the lock of the lots' owner.
    """
    takes = {take.lot_id: take for take in Take.objects.filter(payment=refund.refund_of_id).select_related("lot")}
    taken = [LotView(pk, Won(take.amount - take.returned), take.lot.expires_at) for pk, take in takes.items()]
    for each in give_back_lots(taken, amount=Won(refund.amount)):
        Take.objects.filter(pk=takes[each.lot].pk).update(returned=F("returned") + each.amount.amount)
        _put_back(takes[each.lot].lot, each.amount.amount, now=now)


def _put_back(lot: Lot, won: int, *, now: datetime) -> None:
    """Into the lot; if it has lapsed meanwhile, the won become a lot of their own with a period more."""
    lot.taken -= won
    if lot.expires_at > now:
        lot.save(update_fields=["taken"])
        return
    until = terms_in_force(lot.wallet.city_id, REFUND, now).after_lapse.ends_after(now)
    if won == lot.amount:
        lot.expires_at, lot.warn_at = until, next_warning(until, after=now)
        lot.save(update_fields=["taken", "expires_at", "warn_at"])
        return
    shares = shares_of(Won(won), weights=lot.funders, last=LAST_FUNDER)
    lot.amount -= won
    lot.funders = {who: share - shares[who].amount for who, share in lot.funders.items()}
    lot.save(update_fields=["taken", "amount", "funders"])
    parts = Lot.objects.filter(issue_id=lot.issue_id, issue_index=lot.issue_index, wallet_id=lot.wallet_id)
    Lot.objects.create(
        wallet_id=lot.wallet_id,
        programme=lot.programme,
        issue_id=lot.issue_id,
        issue_index=lot.issue_index,
        part=(parts.aggregate(last=Max("part"))["last"] or 0) + 1,
        amount=won,
        funders={who: share.amount for who, share in shares.items()},
        expires_at=until,
        final_at=lot.final_at,
        spendable=lot.spendable,
        warn_at=next_warning(until, after=now),
    )
