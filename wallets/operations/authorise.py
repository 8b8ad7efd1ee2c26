"""Authorising what a payer signs: hold their won for it, once. The only row it locks is the payer's.

The one writer of payments: a payment to a shop, a refund and a payout are drawn up here, and every further kind of movement
will be. What a person signs goes from a resident to an open shop, a payout from a shop to the treasury; beyond that the city's
matrix says which kind may pay which.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum

from citycoin.foundation import broker
from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Rejected
from citycoin.foundation.locks import locked
from citycoin.platform.events.models import Event
from citycoin.platform.rules.queries import terms_in_force
from contracts.domain.kinds import allows
from wallets.domain.lots import NotEnoughWon, TakeView, take_lots
from wallets.domain.refusals import (
    CityStopped,
    ExposureReached,
    KindsNotAllowed,
    PayerFrozen,
    PayerNotResident,
    PaymentIdClosed,
    PaymentIdReused,
    RequestPaidAlready,
    ShopNotRegistered,
    SignatureInvalid,
    TooManyPayments,
)
from wallets.domain.rules import PAYMENT
from wallets.models import ConfirmedBy, Payment, Refusal, Status, Wallet
from wallets.operations import authorise_sql
from wallets.operations.authorise_sql import Payer, Surroundings
from wallets.operations.authority import Authority, Order, Signed
from wallets.queries import ledger
from wallets.queries.kinds import ON_CHAIN
from wallets.queries.refusals import refused

CHAIN_SILENT_AFTER: Final = timedelta(minutes=1)
MINUTE_MS: Final = 60_000


def authorise(
    *, order: Order, authority: Authority, now: datetime, condition: Callable[[], None] | None = None
) -> Payment:
    """Hold the payer's won for this payment, once, however often it is asked; a refusal is remembered under its id.

    ``condition`` raises a Rejected where the caller has a reason of its own, which is remembered like the others.

    Raises SignatureInvalid where no wallet says yes, PaymentIdReused, TooManyPayments, ExposureReached, and every
    Rejected of wallets.domain.refusals and of take_lots; those are remembered under the id.
    """
    outcome = _outcome(order, authority, now, condition)
    if isinstance(outcome, Refusal):
        raise refused(outcome)
    return outcome


def close(*, wallet: Wallet, client_id: UUID, now: datetime) -> Payment:
    """The payment under this id, or the promise that there will be none: the same answer ever after.

    "Not done" may be said only of an id that can no longer be accepted, so an unknown one is closed.
    Raises PaymentIdClosed, or what was refused under the id.
    """
    outcome = _closed(wallet, client_id, now)
    if isinstance(outcome, Refusal):
        raise refused(outcome)
    return outcome


@commits("close")
def _closed(wallet: Wallet, client_id: UUID, now: datetime) -> Payment | Refusal:
    locked(Wallet.objects.filter(pk=wallet.pk)).get()
    if made := ledger.payment_named(wallet, client_id):
        return made
    refusal, _ = Refusal.objects.get_or_create(
        wallet=wallet, client_id=client_id, defaults={"code": PaymentIdClosed.code, "refused_at": now}
    )
    return refusal


@commits("authorise")
def _outcome(
    order: Order, authority: Authority, now: datetime, condition: Callable[[], None] | None
) -> Payment | Refusal:
    """Decide and write in one transaction; a refusal is a row too, so it must not be raised before the commit."""
    payer, around = _locked(order, authority, now)
    if answered := _answered(order, around):
        return answered
    paced_until_ms = _paced(payer, now)
    try:
        if around.city_stopped:
            raise CityStopped
        if condition:
            condition()
        return _drawn_up(order, payer, around, authority, now=now, paced_until_ms=paced_until_ms)
    except Rejected as no:
        return _remembered(order, payer, no, paced_until_ms=paced_until_ms, now=now)


@transaction.atomic
def draw_up(*, order: Order, authority: Authority, now: datetime) -> Payment:
    """As ``authorise``, for what the city itself owes and will try again: a refusal is raised, and not remembered.

    Raises PaymentIdReused, and every Rejected of wallets.domain.refusals and of take_lots.
    """
    payer, around = _locked(order, authority, now)
    if answered := _answered(order, around):
        assert isinstance(answered, Payment), "no refusal is kept under an id of the city's own"
        return answered
    return _drawn_up(order, payer, around, authority, now=now, paced_until_ms=payer.paced_until_ms)


def _locked(order: Order, authority: Authority, now: datetime) -> tuple[Payer, Surroundings]:
    """The payer, locked, and then what the decision rests on. Raises SignatureInvalid."""
    payer = authority.locked_payer(order.city_id)
    if payer is None:
        raise SignatureInvalid
    around = authorise_sql.look_around(
        payer,
        city_id=order.city_id,
        client_id=order.client_id,
        nonce=authority.nonce,
        payee_address=order.payee_address,
        silent_since=now - CHAIN_SILENT_AFTER,
    )
    return payer, around


def _answered(order: Order, around: Surroundings) -> Payment | Refusal | None:
    """What was said under this id before. Raises PaymentIdReused where the facts differ."""
    answered: Payment | Refusal
    if around.payment_id is not None:
        answered = Payment.objects.select_related("batch").get(pk=around.payment_id)
    elif around.refusal_id is not None:
        answered = Refusal.objects.get(pk=around.refusal_id)
    else:
        return None
    if bytes(answered.facts) not in (order.facts, b""):
        raise PaymentIdReused(id=str(order.client_id))
    return answered


def _paced(payer: Payer, now: datetime) -> int:
    """The generic cell rate algorithm (ITU-T I.371) on one moment of the payer's row. Raises TooManyPayments."""
    now_ms = int(now.timestamp() * 1_000)
    due_ms = max(payer.paced_until_ms, now_ms)
    if due_ms - now_ms > MINUTE_MS:
        raise TooManyPayments(per_minute=settings.PAYMENTS_PER_MINUTE)
    return due_ms + MINUTE_MS // settings.PAYMENTS_PER_MINUTE


def _drawn_up(
    order: Order, payer: Payer, around: Surroundings, authority: Authority, *, now: datetime, paced_until_ms: int
) -> Payment:
    """Write the payment, its takes, the hold and the event. Raises what ``draw_up`` raises, RequestPaidAlready."""
    payee_id = _payee(order, payer, around, now)
    signed = authority.sign(payer, around, order, now)
    takes = _takes(order, payer, now)
    payment = _row(order, payer, payee_id, signed, authority.confirmed_by, now=now)
    _insert(payment)
    told = Event(
        city_id=payment.city_id,
        wallet=payment.payee_id,
        name="refund.authorised" if payment.refund_of_id else "payment.authorised",
        facts={"payment": payment.pk},
        at=payment.authorised_at,
    )
    small = payer.small.after_confirmed()
    if payment.confirmed_by == ConfirmedBy.NOTHING:
        small = payer.small.after_small(order.amount, now)
    authorise_sql.hold(payment, takes, told=told, paced_until_ms=paced_until_ms, small=small)
    broker.notify_after_commit("events.relay")
    return payment


def _payee(order: Order, payer: Payer, around: Surroundings, now: datetime) -> int:
    """The payee's wallet, read without a lock: a busy shop is no hot row.

    Raises ShopNotRegistered, PayerFrozen, PayerNotResident, KindsNotAllowed, ExposureReached.
    """
    buys = order.refund_of is None and not order.is_payout
    if around.payee_id is None or (buys and not around.payee_is_open_shop):
        raise ShopNotRegistered(payee=order.payee_address)
    if payer.frozen:
        raise PayerFrozen
    if payer.kind != Wallet.Kind.RESIDENT and buys:
        raise PayerNotResident
    if not allows(around.kinds_allowed, ON_CHAIN[Wallet.Kind(payer.kind)], ON_CHAIN[Wallet.Kind(around.payee_kind)]):
        raise KindsNotAllowed(payer=payer.kind, payee=around.payee_kind)
    if around.chain_uncertain and buys:
        _check_exposure(order, terms_in_force(order.city_id, PAYMENT, now).exposure_won)
    return around.payee_id


def _check_exposure(order: Order, exposure_won: int) -> None:
    """Of purchases: what goes back, or to the treasury, hands nothing over that could be lost."""
    mine = Payment.objects.filter(city_id=order.city_id, status=Status.AUTHORISED, refund_of=None)
    waiting = mine.exclude(confirmed_by=ConfirmedBy.MANDATE)
    if (waiting.aggregate(won=Sum("amount"))["won"] or 0) + order.amount.amount > exposure_won:
        raise ExposureReached


def _takes(order: Order, payer: Payer, now: datetime) -> tuple[TakeView, ...]:
    """Which lots pay; a shop's won are plain. Raises NotEnoughWon."""
    if payer.posted - payer.held < order.amount.amount:
        # The lots would say the same, except after won left the wallet that no payment of ours explains.
        raise NotEnoughWon(available=payer.posted - payer.held, asked=order.amount.amount)
    if payer.kind != Wallet.Kind.RESIDENT:
        return ()
    return take_lots(authorise_sql.lots_in_force(payer, now), amount=order.amount)


def _remembered(order: Order, payer: Payer, no: Rejected, *, paced_until_ms: int, now: datetime) -> Refusal:
    """The refusal under its id, in the same transaction: a retry that came in between could be accepted otherwise."""
    Wallet.objects.filter(pk=payer.wallet_id).update(paced_until_ms=paced_until_ms)
    return Refusal.objects.create(
        wallet_id=payer.wallet_id,
        client_id=order.client_id,
        facts=order.facts,
        code=no.code,
        details=no.details,
        refused_at=now,
    )


def _row(
    order: Order, payer: Payer, payee_id: int, signed: Signed, confirmed_by: ConfirmedBy, *, now: datetime
) -> Payment:
    """The payment's row, not yet written."""
    return Payment(
        city_id=order.city_id,
        payer_id=payer.wallet_id,
        payee_id=payee_id,
        key_id=payer.key_id,
        client_id=order.client_id,
        facts=order.facts,
        request=order.request,
        refund_of_id=order.refund_of,
        payee_address=order.payee_address,
        amount=order.amount.amount,
        nonce=signed.nonce,
        expires=signed.expires,
        signature=signed.signature,
        confirmed_by=confirmed_by,
        status=Status.AUTHORISED,
        authorised_at=now,
    )


def _insert(payment: Payment) -> None:
    if payment.request is None:
        authorise_sql.insert_payment(payment)
        return
    try:
        # Two payers may answer one request at once; their locks don't meet, so the partial unique index decides.
        with transaction.atomic():
            authorise_sql.insert_payment(payment)
    except IntegrityError as collision:
        raise RequestPaidAlready(request=str(payment.request)) from collision
