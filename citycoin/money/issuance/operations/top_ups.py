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
from citycoin.money.issuance.domain.purchases import MOST_EXTENSIONS, PURCHASE, PurchaseLimits, price_of
from citycoin.money.issuance.models import TOP_UP_TRANSITIONS, Programme, TopUp
from citycoin.money.issuance.queries import programmes
from citycoin.money.issuance.queries.waiting import LAPSING
from citycoin.platform.notices.domain.kinds import Kind
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due
from wallets.models import Wallet
from wallets.operations import stopping
from wallets.operations.telling import tell_owner

Status = TopUp.Status
LAPSED_AT_ONCE: Final = 1_000
PAID: Final = (Status.PAID, Status.ISSUING, Status.ISSUED)


class PurchaseStepWrong(Rejected):
    """Won are bought in whole steps; ``details.step`` says of how many."""

    code = "purchase_step_wrong"
    ko = "정해진 단위에 맞지 않는 금액이라 충전하지 못했어요. 돈은 나가지 않았어요. 단위에 맞춰 다시 적어 주세요."
    en = "Won are sold in whole steps, and this amount is not one. Nothing was bought. Please choose another."


class MonthlyCapReached(Rejected):
    """More than a person may buy in a month of Seoul; ``details.left`` is what they still may."""

    code = "monthly_cap_reached"
    ko = (
        "이번 달에 살 수 있는 금액을 넘어 충전하지 못했어요. 돈은 나가지 않았어요. 금액을 줄이거나 다음 달에 해 주세요."
    )
    en = (
        "This is more than you may still buy this month. Nothing was bought. "
        "Please choose less, or wait for next month."
    )


class HoldingCapReached(Rejected):
    """More than a person may hold, what is on its way to them included; ``details.left`` is what still fits."""

    code = "holding_cap_reached"
    ko = "가지고 있을 수 있는 금액을 넘어 충전하지 못했어요. 돈은 나가지 않았어요. 금액을 줄여 주세요."
    en = "You would hold more than is allowed. Nothing was bought. Please choose a smaller amount."


class BudgetUsedUp(Rejected):
    """The programme's share of the year is issued or promised."""

    code = "budget_used_up"
    ko = "올해 예산이 모두 쓰여 충전하지 못했어요. 돈은 나가지 않았어요. 예산이 늘어나면 다시 충전해 주세요."
    en = "The budget is used up. Nothing was bought. Please try again once the city has raised it."


class TopUpIdReused(Conflict):
    """The id was used with other facts."""

    code = "top_up_id_reused"
    ko = "같은 번호로 다른 금액의 충전이 이미 있어요. 이번에는 충전하지 않았어요. 충전을 처음부터 다시 해 주세요."
    en = "This id was used for a top-up of another amount. This time nothing was bought. Please begin a new top-up."


class ReservationOver(Rejected):
    """Its time is over, so its headroom is somebody else's to take; nothing was paid."""

    code = "reservation_over"
    ko = "시간이 지나 늘리지 못했어요. 돈은 나가지 않았어요. 다시 충전해 주세요."
    en = "The time is over and can't be extended. No money moved. Please start the top-up again."


class ReservationLongEnough(Rejected):
    """It was extended as often as may be, since it keeps headroom from others; ``details.most`` says how often."""

    code = "reservation_long_enough"
    ko = "두 번까지만 늘릴 수 있어서 더 늘리지 못했어요. 적힌 시간까지 보내 주세요."
    en = "The time can be extended twice and no more. Please transfer by the time shown."


class TransferUnknown(NotFound):
    """No top-up has this reference."""

    code = "transfer_unknown"
    ko = "그런 입금 번호가 없어요. 충전 화면의 번호를 확인해 주세요."
    en = "No top-up has this reference. Please check it on the top-up's page."


class TransferAmountWrong(Rejected):
    """Not the price that was asked; the bank sends it back."""

    code = "transfer_amount_wrong"
    ko = "입금액이 달라 돌려보냈어요. 안내된 금액 그대로 다시 보내 주세요."
    en = "The amount is not the price; it was sent back. Please send exactly the price."


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


@commits("extend_reservation")
def extend_reservation(*, top_up: TopUp, number: int, now: datetime) -> TopUp:
    """Keep the headroom of a top-up for as long again: the extension ``number``, the first or the second.

    The same number twice is one extension, and a top-up that is paid needs none. Raises ReservationOver,
    ReservationLongEnough.
    """
    top_up = locked(TopUp.objects.filter(pk=top_up.pk)).select_related("programme").get()
    if top_up.status in PAID:
        return top_up
    if top_up.status != Status.RESERVED or top_up.reserved_until < now:
        raise ReservationOver
    if not 1 <= number <= MOST_EXTENSIONS:
        raise ReservationLongEnough(most=MOST_EXTENSIONS)
    wanted = top_up.reserved_at + (number + 1) * timedelta(seconds=settings.RESERVATION_SECONDS)
    if wanted > top_up.reserved_until:
        top_up.reserved_until = wanted
        top_up.save(update_fields=["reserved_until"])
    return top_up


@commits("record_payment")
def record_payment(*, city_id: int, reference: str, amount: Amount, now: datetime) -> TopUp:
    """The bank says that a transfer came in. One too late is returned; the same word twice changes nothing.

    Raises TransferUnknown, TransferAmountWrong.
    """
    top_up = (
        locked(TopUp.objects.filter(city_id=city_id, reference=reference)).select_related("programme", "wallet").first()
    )
    if top_up is None:
        raise TransferUnknown(reference=reference)
    if amount.amount != top_up.price:
        raise TransferAmountWrong(price=top_up.price, paid=amount.amount)
    if top_up.status == Status.RESERVED:
        top_up.paid_at = now
        move(top_up, Status.PAID)
    elif top_up.status == Status.LAPSED:
        move(top_up, Status.RETURNED)
        tell_owner(top_up.wallet, Kind.TOP_UP_RETURNED, str(top_up.client_id), {"won": top_up.price}, now=now)
    return top_up


def lapse_reservations(*, now: datetime) -> int:
    """Give back the headroom of top-ups that nobody paid in time; return how many."""
    late = list(due(LAPSING, now).order_by("pk").values_list("pk", flat=True)[:LAPSED_AT_ONCE])
    return take(LAPSING, late, lambda part: _lapse(part[0], now), now=now)


@commits("lapse")
def _lapse(top_up_id: int, now: datetime) -> int:
    programme = Programme.objects.get(top_ups=top_up_id)
    locked(Programme.objects.filter(pk=programme.pk)).get()
    # Its time may have been extended since it was found late.
    top_up = (
        locked(TopUp.objects.filter(pk=top_up_id, status=Status.RESERVED, reserved_until__lt=now))
        .select_related("wallet")
        .first()
    )
    if top_up is None:
        return 0
    move(top_up, Status.LAPSED)
    tell_owner(top_up.wallet, Kind.TOP_UP_OVER, str(top_up.client_id), {"won": top_up.amount}, now=now)
    Programme.objects.filter(pk=programme.pk).update(reserved=F("reserved") - top_up.amount)
    return 1


def move(top_up: TopUp, status: TopUp.Status) -> None:
    """One step of a top-up, in the caller's transaction; the caller holds its row's lock."""
    assert status in TOP_UP_TRANSITIONS[top_up.status], f"{top_up.status} never becomes {status}"
    top_up.status = status
    top_up.save(update_fields=["status", "paid_at", "issue"])
