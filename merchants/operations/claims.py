"""A resident asks a shop for won of a payment back; the shop gives them, or says why not, or lets its day pass.

Asking moves nothing: the won go back by the refund that answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from citycoin.foundation import broker
from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.errors import Conflict, Malformed, Rejected
from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.kernel.text import sentence
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.events import operations as events
from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due
from citycoin.platform.rules.queries import terms_in_force
from merchants.domain.rules import REFUND_CLAIM
from merchants.models import LONGEST_SAID, Refund, RefundClaim
from merchants.operations.telling import names_said, tell_managers
from merchants.queries.claims import CLAIMS, MOST_CLAIMS, claimable_until
from merchants.queries.purchases import shop_paid
from wallets.models import Payment, Status, Wallet
from wallets.operations.returning import RefundAbovePayment, RefundOfVoided
from wallets.operations.telling import tell_owner

ENDED_AT_ONCE: Final = 500
Ends = RefundClaim.Status


class ClaimIdReused(Conflict):
    """The id was used for a claim with other facts."""

    code = "claim_id_reused"
    ko = "같은 번호로 다른 취소 요청이 이미 있어요. 이번에는 요청하지 않았어요. 영수증을 다시 열어 확인해 주세요."
    en = "This id was used for another refund request. This time nothing was asked. Please open the receipt again."


class ClaimWaits(Conflict):
    """The payment has one that its shop hasn't answered."""

    code = "claim_waits"
    ko = "이 결제의 취소 요청에 가게가 아직 답하지 않았어요. 답을 기다리거나 그 요청을 거둔 뒤 다시 해 주세요."
    en = "The shop has not yet answered your request for this payment. Please wait, or take it back and ask anew."


class ClaimTooLate(Rejected):
    """The city's time to ask is over; ``details.until`` says since when."""

    code = "claim_too_late"
    ko = "취소를 요청할 수 있는 기간이 지났어요. 가게에 직접 문의해 주세요."
    en = "The time to ask for a refund is over. Please ask the shop directly."


class ClaimedTooOften(Rejected):
    """The shop has answered as often as it has to; ``details.most`` says how often that is."""

    code = "claimed_too_often"
    ko = "이 결제는 더 요청할 수 없어요. 가게에 직접 문의하거나 시청에 물어봐 주세요."
    en = "You can't ask again for this payment. Please speak to the shop, or ask the city."


class ClaimOver(Conflict):
    """It has had its end: answered, taken back, or past its day."""

    code = "claim_over"
    ko = "이미 끝난 취소 요청이에요. 화면을 다시 열어 확인해 주세요."
    en = "This request is over already. Please open the page again."


class ClaimAnswerMissing(Malformed):
    """No word on why it is declined, or more than fits."""

    code = "claim_answer_missing"
    ko = "왜 취소해 줄 수 없는지 200자까지 적어 주세요. 손님이 읽어요."
    en = "Please say in at most 200 letters why not. The customer reads it."


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """A claim as its payer asks it, under an id of their own choosing."""

    client_id: UUID
    payment_id: UUID
    amount: Amount
    reason: RefundClaim.Reason
    says: str = ""


@commits("claim_refund")
def claim(*, wallet: Wallet, asked: ClaimRequest, now: datetime) -> RefundClaim:
    """Ask the shop for won of the wallet's payment back, once however often it is sent.

    Raises NotHere where no shop was paid under that id, ClaimIdReused, ClaimWaits, ClaimTooLate, ClaimedTooOften,
    RefundOfVoided, RefundAbovePayment.
    """
    payment = locked(Payment.objects.filter(payer=wallet, client_id=asked.payment_id)).first()
    shop = shop_paid(payment) if payment else None
    if payment is None or shop is None:
        raise NotHere
    claims = list(RefundClaim.objects.filter(payment=payment))
    for made in claims:
        if made.client_id == asked.client_id:
            return _the_same(made, asked)
    _refuse(payment, asked.amount, claims, now)
    terms = terms_in_force(payment.city_id, REFUND_CLAIM, now)
    made = RefundClaim.objects.create(
        payment=payment,
        client_id=asked.client_id,
        amount=asked.amount.amount,
        reason=asked.reason,
        says=asked.says,
        asked_at=now,
        answer_by=terms.answer_within.ends_after(now),
    )
    last_day = (made.answer_by - timedelta(days=1)).astimezone(KST)
    facts = {"won": made.amount, "day": [last_day.year, last_day.month, last_day.day]}
    tell_managers(shop, Kind.REFUND_ASKED, f"{payment.client_id} {made.client_id}", facts, now=now)
    _show(made, now=now)
    return made


def _the_same(made: RefundClaim, asked: ClaimRequest) -> RefundClaim:
    if (made.amount, made.reason, made.says) != (asked.amount.amount, asked.reason, asked.says):
        raise ClaimIdReused(id=str(asked.client_id))
    return made


def _refuse(payment: Payment, amount: Amount, claims: list[RefundClaim], now: datetime) -> None:
    if payment.status == Status.VOIDED:
        raise RefundOfVoided
    if any(each.status == Ends.WAITING for each in claims):
        raise ClaimWaits
    if len(claims) >= MOST_CLAIMS:
        raise ClaimedTooOften(most=MOST_CLAIMS)
    if now >= (until := claimable_until(payment)):
        raise ClaimTooLate(until=until.isoformat())
    left = payment.amount - payment.refunded
    if amount.amount > left:
        raise RefundAbovePayment(left=left, asked=amount.amount)


@commits("withdraw_claim")
def withdraw(*, claim: RefundClaim, now: datetime) -> RefundClaim:
    """Its payer takes it back; twice is once. Raises ClaimOver where the shop was quicker."""
    found = _of_locked_payment(claim)
    if found.status == Ends.WITHDRAWN:
        return found
    _end(found, Ends.WITHDRAWN, now=now)
    return found


@commits("decline_claim")
def decline(*, claim: RefundClaim, by: Person, answer: str, now: datetime) -> RefundClaim:
    """The shop gives nothing, and says why. Raises ClaimAnswerMissing, ClaimOver."""
    said = sentence(answer)
    if not said or len(said) > LONGEST_SAID:
        raise ClaimAnswerMissing
    found = _of_locked_payment(claim)
    found.declined_by, found.answer = by, said
    _end(found, Ends.DECLINED, now=now)
    _tell_payer(found, Kind.REFUND_DECLINED, now=now)
    return found


def grant(payment: Payment, refund: Refund, *, now: datetime) -> None:
    """Whatever the shop gives back of a payment answers the claim that waits, in the caller's transaction, which holds the lock."""
    waiting = RefundClaim.objects.filter(payment=payment, status=Ends.WAITING).first()
    if waiting:
        waiting.refund = refund
        _end(waiting, Ends.GRANTED, now=now)


def end_unanswered(*, now: datetime) -> int:
    """End the claims whose day has passed without an answer, and tell who asked; return how many."""
    late = list(due(CLAIMS, now).order_by("answer_by", "pk").values_list("pk", flat=True)[:ENDED_AT_ONCE])
    return take(CLAIMS, late, lambda part: _end_unanswered(part[0], now), now=now)


@commits("end_claim")
def _end_unanswered(number: int, now: datetime) -> int:
    found = _of_locked_payment(RefundClaim.objects.get(pk=number))
    if found.status != Ends.WAITING or found.answer_by > now:
        return 0
    _end(found, Ends.UNANSWERED, now=now)
    _tell_payer(found, Kind.REFUND_UNANSWERED, now=now)
    return 1


def _of_locked_payment(claim: RefundClaim) -> RefundClaim:
    """As it is once its payment is locked, as each who writes of it does first."""
    payment = locked(Payment.objects.filter(pk=claim.payment_id)).get()
    found = RefundClaim.objects.get(pk=claim.pk)
    found.payment = payment
    return found


def _end(claim: RefundClaim, status: RefundClaim.Status, *, now: datetime) -> None:
    if claim.status != Ends.WAITING:
        raise ClaimOver(status=claim.status)
    claim.status, claim.ended_at = status, now
    claim.save(update_fields=["status", "ended_at", "refund", "declined_by", "answer"])
    _show(claim, now=now)


def _show(claim: RefundClaim, *, now: datetime) -> None:
    """Both sides' screens look again."""
    payment = claim.payment
    for wallet_id in (payment.payer_id, payment.payee_id):
        facts = {"claim": claim.pk, "status": claim.status}
        events.record(city_id=payment.city_id, wallet_id=wallet_id, name="refund.claim", facts=facts, now=now)
    broker.notify_after_commit("events.relay")


def _tell_payer(claim: RefundClaim, kind: Kind, *, now: datetime) -> None:
    shop = shop_paid(claim.payment)
    assert shop is not None, "a claim is made of a shop"
    facts = {"shop": names_said(shop), "won": claim.amount}
    subject = f"{claim.payment.client_id} {claim.client_id}"
    tell_owner(claim.payment.payer, kind, subject, facts, now=now)
