"""Writes of a top-up from reserved to paid; issuing goes on from there."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import F

from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.errors import Conflict, NotFound, Rejected
from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.locks import locked
from citycoin.money.issuance.domain.purchases import PURCHASE, PurchaseLimits, price_of
from citycoin.money.issuance.models import TOP_UP_TRANSITIONS, Programme, TopUp
from citycoin.money.issuance.queries import programmes
from citycoin.money.issuance.queries.waiting import LAPSING
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due
from wallets.models import Wallet
from wallets.operations import stopping

Status = TopUp.Status
LAPSED_AT_ONCE: Final = 1_000


class PurchaseStepWrong(Rejected):
    """Won are bought in whole steps; ``details.step`` says of how many."""

    code = "purchase_step_wrong"
    ko = "정해진 단위에 맞지 않는 금액이라 충전하지 못했어요. 돈은 나가지 않았어요."
    en = "Won are sold in whole steps, and this amount is not one. Nothing was bought."


class MonthlyCapReached(Rejected):
    """More than a person may buy in a month of Seoul; ``details.left`` is what they still may."""

    code = "monthly_cap_reached"
    ko = "이번 달에 살 수 있는 금액을 넘어 충전하지 못했어요. 돈은 나가지 않았어요."
    en = "This is more than you may still buy this month. Nothing was bought."


class HoldingCapReached(Rejected):
    """More than a person may hold, what is on its way to them included; ``details.left`` is what still fits."""

    code = "holding_cap_reached"
    ko = "가지고 있을 수 있는 금액을 넘어 충전하지 못했어요. 돈은 나가지 않았어요."
    en = "You would hold more than is allowed. Nothing was bought."


class BudgetUsedUp(Rejected):
    """The programme's share of the year is issued or promised."""

    code = "budget_used_up"
    ko = "올해 예산이 모두 쓰여 충전하지 못했어요. 돈은 나가지 않았어요."
    en = "The budget is used up. Nothing was bought."


class TopUpIdReused(Conflict):
    """The id was used with other facts."""

    code = "top_up_id_reused"
    ko = "같은 번호로 다른 금액의 충전이 이미 있어요."
    en = "This id was used for a top-up of another amount."


class TransferUnknown(NotFound):
    """No top-up has this reference."""

    code = "transfer_unknown"
    ko = "그런 입금 번호가 없어요."
    en = "No top-up has this reference."


class TransferAmountWrong(Rejected):
    """Not the price that was asked; the bank sends it back."""

    code = "transfer_amount_wrong"
    ko = "입금액이 달라 돌려보냈어요."
    en = "The amount is not the price; it was sent back."


@commits("reserve_top_up")
def reserve_top_up(*, wallet: Wallet, client_id: UUID, amount: Amount, now: datetime) -> TopUp:
    """Reserve headroom before the bank is asked; the price is the amount less the programme's discount.

    The same id with the same amount is the same top-up. Raises NoProgrammeOpen, PurchaseStepWrong,
    MonthlyCapReached, HoldingCapReached, BudgetUsedUp, TopUpIdReused, CityStopped.
    """
    # Its row is locked first, so that two purchases of one person don't each find room under their caps.
    programme = locked(programmes.open_programmes(wallet.city_id, now)).first()
    if made := TopUp.objects.filter(wallet=wallet, client_id=client_id).select_related("programme").first():
        if made.amount != amount.amount:
            raise TopUpIdReused(id=str(client_id))
        return made
    stopping.refuse_while_stopped(wallet.city_id)
    if programme is None:
        raise programmes.NoProgrammeOpen
    rule = programmes.purchase_rule(programme, now)
    terms = PURCHASE.read(rule.body)
    _refuse_beyond(programmes.limits_under(terms, programme, wallet, now), amount)
    Programme.objects.filter(pk=programme.pk).update(reserved=F("reserved") + amount.amount)
    price, funders = price_of(amount, discount_per_mille=terms.discount_per_mille, funders=terms.funders)
    return TopUp.objects.create(
        city_id=wallet.city_id,
        wallet=wallet,
        programme=programme,
        rule=rule,
        client_id=client_id,
        amount=amount.amount,
        price=price.amount,
        funders={who: won.amount for who, won in funders.items()},
        reference=secrets.token_hex(6).upper(),
        reserved_at=now,
        reserved_until=now + timedelta(seconds=settings.RESERVATION_SECONDS),
    )


def _refuse_beyond(limits: PurchaseLimits, amount: Amount) -> None:
    if amount.amount % limits.step:
        raise PurchaseStepWrong(step=limits.step, asked=amount.amount)
    caps = (
        (MonthlyCapReached, limits.monthly_cap - limits.bought_this_month),
        (HoldingCapReached, limits.holding_cap - limits.holding),
        (BudgetUsedUp, limits.budget_left),
    )
    for refusal, left in caps:
        if amount.amount > left:
            raise refusal(left=max(left, 0), asked=amount.amount)


@commits("record_payment")
def record_payment(*, city_id: int, reference: str, amount: Amount, now: datetime) -> TopUp:
    """The bank says that a transfer came in. One too late is returned; the same word twice changes nothing.

    Raises TransferUnknown, TransferAmountWrong.
    """
    top_up = locked(TopUp.objects.filter(city_id=city_id, reference=reference)).select_related("programme").first()
    if top_up is None:
        raise TransferUnknown(reference=reference)
    if amount.amount != top_up.price:
        raise TransferAmountWrong(price=top_up.price, paid=amount.amount)
    if top_up.status == Status.RESERVED:
        top_up.paid_at = now
        move(top_up, Status.PAID)
    elif top_up.status == Status.LAPSED:
        move(top_up, Status.RETURNED)
    return top_up


def lapse_reservations(*, now: datetime) -> int:
    """Give back the headroom of top-ups that nobody paid in time; return how many."""
    late = list(due(LAPSING, now).order_by("pk").values_list("pk", flat=True)[:LAPSED_AT_ONCE])
    return take(LAPSING, late, lambda part: _lapse(part[0]), now=now)


@commits("lapse")
def _lapse(top_up_id: int) -> int:
    programme = Programme.objects.get(top_ups=top_up_id)
    locked(Programme.objects.filter(pk=programme.pk)).get()
    top_up = locked(TopUp.objects.filter(pk=top_up_id, status=Status.RESERVED)).first()
    if top_up is None:
        return 0
    move(top_up, Status.LAPSED)
    Programme.objects.filter(pk=programme.pk).update(reserved=F("reserved") - top_up.amount)
    return 1


def move(top_up: TopUp, status: TopUp.Status) -> None:
    """One step of a top-up, in the caller's transaction; the caller holds its row's lock."""
    assert status in TOP_UP_TRANSITIONS[top_up.status], f"{top_up.status} never becomes {status}"
    top_up.status = status
    top_up.save(update_fields=["status", "paid_at", "issue"])
