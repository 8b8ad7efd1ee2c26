"""A shop gives won back: promised at once, and sent by the worker when what it took is final."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from citycoin.foundation import broker
from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Conflict, Rejected
from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.events import operations as events
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due
from contracts.domain.signing import Signer
from contracts.models import Contract
from contracts.queries import SigningContext, signing_context
from merchants.models import Refund, Shop
from merchants.operations import claims, pins
from merchants.queries.refunds import REFUNDING, needs_pin
from wallets.models import Payment, Refusal, Wallet
from wallets.operations import returning
from wallets.queries.refusals import refused


class RefundIdReused(Conflict):
    """The id was used for another refund, or for the same payment with other facts."""

    code = "refund_id_reused"
    ko = "같은 번호로 다른 취소가 이미 있어요. 이번에는 취소하지 않았어요. 결제를 다시 열어 확인해 주세요."
    en = "This id was used for another refund. This time nothing was refunded. Please open the payment again."


class ShopFrozen(Rejected):
    """The city has frozen the shop's won."""

    code = "shop_frozen"
    ko = "시청이 이 가게의 돈을 멈춰서 취소하지 않았어요. 시청에 문의해 주세요."
    en = "The city has frozen this shop's money, so nothing was refunded. Please ask the city."


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """A refund as its shop asks for it, under an id of its own choosing."""

    client_id: UUID
    payment_id: UUID
    amount: Amount
    reason: Refund.Reason

    @property
    def facts(self) -> bytes:
        """32 bytes, the same for the same request."""
        said = ["refund", str(self.payment_id), self.amount.amount, self.reason]
        return hashlib.sha256(json.dumps(said).encode()).digest()


def promise(*, shop: Shop, asked: RefundRequest, by: Person, now: datetime, pin: str = "") -> Refund:
    """Promise won of a payment back to its payer, once however often it is asked.

    ``pin``: the manager's, where ``needs_pin``. Raises NotHere for another shop's payment, RefundIdReused, RefundPinNotSet,
    RefundPinWrong, RefundPinLocked, and what is remembered under the id: ShopFrozen, RefundOfVoided, RefundAbovePayment.
    """
    outcome = _outcome(shop, asked, by, pin, now)
    if isinstance(outcome, Refund):
        return outcome
    raise refused(outcome) if isinstance(outcome, Refusal) else outcome


@commits("promise_refund")
def _outcome(shop: Shop, asked: RefundRequest, by: Person, pin: str, now: datetime) -> Refund | Refusal | Rejected:
    """A refusal is a row too, so it must not be raised before the commit; nor a wrong PIN, which is counted.

    A PIN isn't remembered under the id: the same request with the right one goes through.
    """
    wallet = locked(Wallet.objects.filter(pk=shop.wallet_id)).get()
    payment = locked(Payment.objects.filter(payee=wallet, client_id=asked.payment_id, refund_of=None)).first()
    if payment is None:
        raise NotHere
    if answered := _answered(shop, asked):
        return answered
    possible = asked.amount.amount <= payment.amount - payment.refunded
    if possible and needs_pin(shop, payment, asked.amount, now) and (no := pins.judged(shop, by, pin, now)):
        return no
    try:
        if wallet.frozen_at:
            raise ShopFrozen
        returning.promise(payment=payment, amount=asked.amount)
    except Rejected as no:
        return Refusal.objects.create(
            wallet=wallet,
            client_id=asked.client_id,
            facts=asked.facts,
            code=no.code,
            details=no.details,
            refused_at=now,
        )
    made = Refund.objects.create(
        shop=shop,
        payment=payment,
        client_id=asked.client_id,
        amount=asked.amount.amount,
        reason=asked.reason,
        by=by,
        promised_at=now,
    )
    claims.grant(payment, made, now=now)
    for wallet_id in (payment.payer_id, payment.payee_id):
        facts = {"refund": made.pk}
        events.record(city_id=payment.city_id, wallet_id=wallet_id, name="refund.promised", facts=facts, now=now)
    for task in ("events.relay", "merchants.refund"):
        broker.notify_after_commit(task)
    return made


def _answered(shop: Shop, asked: RefundRequest) -> Refund | Refusal | None:
    """What was said under this id before. Raises RefundIdReused where the facts differ."""
    made = Refund.objects.filter(shop=shop, client_id=asked.client_id).select_related("payment").first()
    if made:
        of = RefundRequest(made.client_id, made.payment.client_id, Amount(made.amount), Refund.Reason(made.reason))
        if of != asked:
            raise RefundIdReused(id=str(asked.client_id))
        return made
    no = Refusal.objects.filter(wallet=shop.wallet_id, client_id=asked.client_id).first()
    if no and bytes(no.facts) != asked.facts:
        raise RefundIdReused(id=str(asked.client_id))
    return no


def send_promised(*, contract: Contract, signer: Signer, now: datetime) -> int:
    """Send what was promised and can be; return how many."""
    context = signing_context(contract.city.slug)
    waiting = due(REFUNDING, now).filter(shop__city_id=contract.city_id).order_by("pk").values_list("pk", flat=True)
    return take(REFUNDING, list(waiting), lambda part: _send(part[0], context, signer, now), now=now)


@commits("send_refund")
def _send(refund_id: int, context: SigningContext, signer: Signer, now: datetime) -> int:
    refund = Refund.objects.select_related("payment__payer").get(pk=refund_id)
    promised = returning.Promised(refund.payment, Amount(refund.amount), refund.sent_under)
    payment = returning.send(promised=promised, context=context, signer=signer, now=now)
    return Refund.objects.filter(pk=refund.pk, sent=None).update(sent=payment) if payment else 0
