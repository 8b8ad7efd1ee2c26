"""Authorising a payment: hold the payer's won for it, once. The only row it locks is the payer's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from citycoin import broker
from citycoin.events import operations as events
from citycoin.kernel.errors import Rejected
from citycoin.kernel.money import Won
from citycoin.locks import locked
from wallets import queries
from wallets.authority import Authority, Order, Signed
from wallets.lots import NotEnoughWon, TakeView, take_lots
from wallets.models import Key, Lot, Payment, Refusal, Status, Take, Wallet
from wallets.refusals import (
    ExposureReached,
    PayerFrozen,
    PayerNotResident,
    PaymentIdClosed,
    PaymentIdReused,
    PaymentUnknown,
    RequestPaidAlready,
    ShopNotRegistered,
    SignatureInvalid,
    TooManyPayments,
    refused,
)

# What may be accepted while nothing can settle, for each city.
EXPOSURE = Won(100_000_000)
CHAIN_SILENT_AFTER = timedelta(minutes=1)


def authorise(
    *, order: Order, authority: Authority, now: datetime, condition: Callable[[], None] | None = None
) -> Payment:
    """Hold the payer's won for this payment, once, however often it is asked.

    ``condition`` raises a Rejected where the caller has a reason of its own, which is remembered like the others.

    Raises SignatureInvalid where no wallet says yes, PaymentIdReused, TooManyPayments, ExposureReached, and every
    Rejected of wallets.refusals and of take_lots; those are remembered under the id.
    """
    outcome = _outcome(order, authority, now, condition)
    if isinstance(outcome, Refusal):
        raise refused(outcome)
    return outcome


def close(*, wallet: Wallet, client_id: UUID, now: datetime) -> Payment:
    """The payment under this id, or the promise that there will be none.

    "Not done" may be said only of an id that can no longer be accepted, so an unknown one is closed by the question.
    Raises PaymentUnknown, or what was refused under the id.
    """
    outcome = _closed(wallet, client_id, now)
    if isinstance(outcome, Payment):
        return outcome
    raise refused(outcome) if outcome.facts else PaymentUnknown()


@transaction.atomic
def _closed(wallet: Wallet, client_id: UUID, now: datetime) -> Payment | Refusal:
    locked(Wallet.objects.filter(pk=wallet.pk)).get()
    if made := queries.payment_named(wallet, client_id):
        return made
    refusal, _ = Refusal.objects.get_or_create(
        wallet=wallet, client_id=client_id, defaults={"code": PaymentIdClosed.code, "refused_at": now}
    )
    return refusal


@transaction.atomic
def _outcome(
    order: Order, authority: Authority, now: datetime, condition: Callable[[], None] | None
) -> Payment | Refusal:
    """Decide and write in one transaction; a refusal is a row too, so it must not be raised before the commit."""
    payer, key = _locked_payer(order, authority)
    if answered := _answered(order, payer):
        return answered
    due_at = _next_due(payer, now)
    try:
        if condition:
            condition()
        payee = _shop(order, now)
        _check_payer(payer)
        signed = authority.sign(payer, key, order, now)
        _check_posted(payer, order)
        takes = take_lots(queries.lot_views(payer.pk, now), amount=order.amount)
        return _hold(_drawn_up(order, key, payee, signed, now=now), payer, takes, due_at=due_at)
    except Rejected as no:
        Wallet.objects.filter(pk=payer.pk).update(next_due_at=due_at)
        return Refusal.objects.create(
            wallet=payer, client_id=order.client_id, facts=order.facts, code=no.code, details=no.details, refused_at=now
        )


def _locked_payer(order: Order, authority: Authority) -> tuple[Wallet, Key]:
    """Lock first, in a statement of its own: the choice of lots must see what was committed before the lock."""
    key = Key.objects.filter(authority.payers_key(order.city_id)).first()
    if key is None:
        raise SignatureInvalid
    return locked(Wallet.objects.filter(pk=key.wallet_id)).get(), key


def _answered(order: Order, payer: Wallet) -> Payment | Refusal | None:
    """What was said under this id before. Raises PaymentIdReused where the facts differ."""
    made = payer.payments.filter(client_id=order.client_id).first()
    answered = made or payer.refusals.filter(client_id=order.client_id).first()
    if answered and bytes(answered.facts) not in (order.facts, b""):
        raise PaymentIdReused(id=str(order.client_id))
    return answered


def _next_due(payer: Wallet, now: datetime) -> datetime:
    """The generic cell rate algorithm (ITU-T I.371) on one moment of the payer's row. Raises TooManyPayments."""
    gap = timedelta(minutes=1) / settings.PAYMENTS_PER_MINUTE
    due = max(payer.next_due_at or now, now)
    if due - now > timedelta(minutes=1):
        raise TooManyPayments(per_minute=settings.PAYMENTS_PER_MINUTE)
    return due + gap


def _shop(order: Order, now: datetime) -> Wallet:
    """The payee, read without a lock: a busy shop is no hot row. Raises ShopNotRegistered, ExposureReached."""
    key = (
        Key.objects.filter(city_id=order.city_id, address=order.payee_address, until=None)
        .select_related("wallet", "city__contract__chain")
        .first()
    )
    if key is None or key.wallet.kind != Wallet.Kind.SHOP or not key.wallet.registered_at or key.wallet.frozen_at:
        raise ShopNotRegistered(payee=order.payee_address)
    chain = key.city.contract.chain
    if chain.behind_since or chain.seen_at is None or chain.seen_at < now - CHAIN_SILENT_AFTER:
        _check_exposure(order)
    return key.wallet


def _check_exposure(order: Order) -> None:
    waiting = Payment.objects.filter(city_id=order.city_id, status=Status.AUTHORISED)
    if (waiting.aggregate(won=Sum("amount"))["won"] or 0) + order.amount.amount > EXPOSURE.amount:
        raise ExposureReached


def _check_payer(payer: Wallet) -> None:
    if payer.frozen_at:
        raise PayerFrozen
    if payer.kind != Wallet.Kind.RESIDENT:
        raise PayerNotResident


def _check_posted(payer: Wallet, order: Order) -> None:
    """Lots say more than the wallet only after won left it that no payment explains."""
    if payer.posted - payer.held < order.amount.amount:
        raise NotEnoughWon(available=payer.posted - payer.held, asked=order.amount.amount)


def _drawn_up(order: Order, key: Key, payee: Wallet, signed: Signed, *, now: datetime) -> Payment:
    """The payment's row, not yet written."""
    return Payment(
        city_id=order.city_id,
        payer_id=key.wallet_id,
        payee=payee,
        key=key,
        client_id=order.client_id,
        facts=order.facts,
        request=order.request,
        payee_address=order.payee_address,
        amount=order.amount.amount,
        nonce=signed.nonce,
        expires=signed.expires,
        signature=signed.signature,
        status=Status.AUTHORISED,
        authorised_at=now,
    )


def _hold(payment: Payment, payer: Wallet, takes: tuple[TakeView, ...], *, due_at: datetime) -> Payment:
    """Write the payment, its takes, the hold and the event. Raises RequestPaidAlready."""
    _insert(payment)
    Take.objects.bulk_create([Take(payment=payment, lot_id=take.lot, amount=take.amount.amount) for take in takes])
    for take in takes:
        Lot.objects.filter(pk=take.lot).update(taken=F("taken") + take.amount.amount)
    Wallet.objects.filter(pk=payer.pk).update(
        held=F("held") + payment.amount,
        nonce_authorised=max(payer.nonce_authorised, payment.nonce),
        next_due_at=due_at,
    )
    events.record(
        city_id=payment.city_id,
        wallet_id=payment.payee_id,
        name="payment.authorised",
        facts={"payment": payment.pk},
        now=payment.authorised_at,
    )
    broker.ring_after_commit("events.relay")
    return payment


def _insert(payment: Payment) -> None:
    if payment.request is None:
        payment.save(force_insert=True)
        return
    try:
        # Two payers may answer one request at once; their locks don't meet, so the partial unique index decides.
        with transaction.atomic():
            payment.save(force_insert=True)
    except IntegrityError as collision:
        raise RequestPaidAlready(request=str(payment.request)) from collision
