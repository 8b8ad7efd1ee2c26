"""Writes of a top-up from reserved to paid; issuing goes on from there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import F, QuerySet

from citycoin.foundation import broker
from citycoin.foundation.fault_points import commits
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.errors import Conflict, Rejected
from citycoin.foundation.kernel.money import Amount
from citycoin.foundation.locks import locked
from citycoin.money.bank.domain.verdicts import BOUGHT, Fate, Reason, Verdict
from citycoin.money.bank.models import Deposit
from citycoin.money.bank.operations.accounts import keep_open, open_virtual_account
from citycoin.money.funding import operations as funding
from citycoin.money.funding.domain import shares_in
from citycoin.money.funding.operations import FunderAccountLow
from citycoin.money.issuance.domain.purchases import MOST_EXTENSIONS, PURCHASE, PurchaseLimits, price_of
from citycoin.money.issuance.models import TOP_UP_TRANSITIONS, Programme, TopUp
from citycoin.money.issuance.operations.brakes import refuse_while_braked
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
# Of the virtual accounts that top-ups are paid to.
PURPOSE: Final = "top_up"
PAID: Final = (Status.PAID, Status.ISSUING, Status.ISSUED)


class PurchaseStepWrong(Rejected):
    """Won are bought in whole steps; ``details.step`` says of how many, ``details.programme`` of which programme."""

    code = "purchase_step_wrong"
    ko = "정해진 단위에 맞지 않는 금액이라 충전하지 못했어요. 돈은 나가지 않았어요. 단위에 맞춰 다시 적어 주세요."
    en = "Won are sold in whole steps, and this amount is not one. Nothing was bought. Please choose another."


class MonthlyCapReached(Rejected):
    """More than a person may buy of the programme in a month of Seoul; ``details.left`` is what they still may."""

    code = "monthly_cap_reached"
    ko = "이번 달에 이 사업에서 살 수 있는 금액을 넘어 충전하지 못했어요. 돈은 나가지 않았어요. 금액을 줄이거나 다음 달에 해 주세요."
    en = (
        "This is more than you may still buy of this programme this month. Nothing was bought. "
        "Please choose less, or wait for next month."
    )


class HoldingCapReached(Rejected):
    """More than a person may hold, what is on its way to them included; ``details.left`` is what still fits."""

    code = "holding_cap_reached"
    ko = "가지고 있을 수 있는 금액을 넘어 충전하지 못했어요. 돈은 나가지 않았어요. 금액을 줄여 주세요."
    en = "You would hold more than is allowed. Nothing was bought. Please choose a smaller amount."


class BudgetUsedUp(Rejected):
    """More than the programme has left: its cap is issued or promised; ``details.left`` is the rest of it."""

    code = "budget_used_up"
    ko = (
        "이 사업에 남은 한도보다 많아 충전하지 못했어요. 돈은 나가지 않았어요. 금액을 줄이거나 다른 사업을 골라 주세요."
    )
    en = "This is more than the programme has left. Nothing was bought. Please choose less, or another programme."


class TopUpIdReused(Conflict):
    """The id was used with other facts: another amount, or another programme."""

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


@commits("reserve_top_up")
def reserve_top_up(
    *, wallet: Wallet, client_id: UUID, amount: Amount, now: datetime, programme: int | None = None
) -> TopUp:
    """Reserve headroom of a programme, and its funders' shares, before the bank is asked.

    The price is the amount less the programme's discount. ``programme`` is its number; where one alone is on sale it may be
    left out. The same id with the same amount is the same top-up. Raises NoProgrammeOpen, ProgrammeNeeded, ProgrammeNotOnSale,
    PurchaseStepWrong, MonthlyCapReached, HoldingCapReached, BudgetUsedUp, FunderAccountLow, TopUpIdReused, CityStopped,
    NoBankAccount, NumbersUsedUp, FloatDiffers.
    """
    # The wallet first, so that two purchases of one person, of two programmes, don't each find room under their caps.
    locked(Wallet.objects.filter(pk=wallet.pk)).get()
    mine = TopUp.objects.filter(wallet=wallet, client_id=client_id)
    if made := mine.select_related("programme", "account__account").first():
        if made.amount != amount.amount or programme not in (None, made.programme.number):
            raise TopUpIdReused(id=str(client_id))
        return made
    stopping.refuse_while_stopped(wallet.city_id)
    refuse_while_braked(wallet.city_id)
    chosen = _locked_on_sale(wallet.city_id, programme, now)
    rule = programmes.purchase_rule(chosen, now)
    terms = PURCHASE.read(rule.body)
    _refuse_beyond(programmes.limits_under(terms, chosen, wallet, now), amount, chosen)
    Programme.objects.filter(pk=chosen.pk).update(reserved=F("reserved") + amount.amount)
    until = now + timedelta(seconds=settings.RESERVATION_SECONDS)
    price, paid_by = price_of(amount, discount_per_mille=terms.discount_per_mille, funders=terms.funders)
    funders = {who: won.amount for who, won in paid_by.items()}
    _hold(chosen, funders)
    return TopUp.objects.create(
        city_id=wallet.city_id,
        wallet=wallet,
        programme=chosen,
        rule=rule,
        client_id=client_id,
        amount=amount.amount,
        price=price.amount,
        funders=funders,
        account=open_virtual_account(city_id=wallet.city_id, purpose=PURPOSE, open_until=until, now=now),
        reserved_at=now,
        reserved_until=until,
    )


def _locked_on_sale(city_id: int, number: int | None, now: datetime) -> Programme:
    """The programme asked for, its row locked, and on sale still."""
    chosen = programmes.chosen_programme(city_id, number, now)
    found = locked(programmes.open_programmes(city_id, now).filter(pk=chosen.pk)).first()
    if found is None:
        raise programmes.ProgrammeNotOnSale(programme=programmes.named(chosen))
    return found


def _hold(programme: Programme, funders: Mapping[str, int]) -> None:
    try:
        funding.hold(city_id=programme.city_id, shares=shares_in(funders))
    except FunderAccountLow as low:
        raise FunderAccountLow(**low.details, programme=programmes.named(programme)) from None


def _refuse_beyond(limits: PurchaseLimits, amount: Amount, programme: Programme) -> None:
    of = programmes.named(programme)
    if amount.amount % limits.step:
        raise PurchaseStepWrong(step=limits.step, asked=amount.amount, programme=of)
    caps = (
        (MonthlyCapReached, limits.monthly_cap - limits.bought_this_month),
        (HoldingCapReached, limits.holding_cap - limits.holding),
        (BudgetUsedUp, limits.budget_left),
    )
    for refusal, left in caps:
        if amount.amount > left:
            raise refusal(left=max(left, 0), asked=amount.amount, programme=of)


@commits("extend_reservation")
def extend_reservation(*, top_up: TopUp, number: int, now: datetime) -> TopUp:
    """Keep the headroom of a top-up for as long again: the extension ``number``, the first or the second.

    The same number twice is one extension, and a top-up that is paid needs none. Raises ReservationOver,
    ReservationLongEnough.
    """
    top_up = locked(TopUp.objects.filter(pk=top_up.pk)).select_related("programme", "account__account").get()
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
        keep_open(top_up.account, until=wanted)
    return top_up


def take_deposit(deposit: Deposit, *, now: datetime) -> Verdict:
    """The taker of top-ups' deposits (bank.operations.takers), in the caller's transaction.

    It buys the top-up that is reserved, for exactly its price, where it came before the reservation's end. Anything else goes
    back, and its owner is told why; the reservation that it came too late for is over, whether or not that was noted before.
    """
    mine, came_at = TopUp.objects.filter(account=deposit.virtual_account_id), _came_at(deposit)
    _end_unpaid(mine, came_at)
    top_up = locked(mine).select_related("wallet").get()
    reason = _why_not(top_up, deposit)
    if reason is None:
        top_up.paid_at = now
        move(top_up, Status.PAID)
        broker.notify_after_commit("issuance.issue")
        return BOUGHT
    if top_up.status == Status.LAPSED:
        move(top_up, Status.RETURNED)
    facts = {"won": deposit.amount, "why": reason}
    tell_owner(top_up.wallet, Kind.TOP_UP_RETURNED, f"{top_up.client_id} {deposit.pk}", facts, now=now)
    return Verdict(Fate.RETURN, reason)


def _came_at(deposit: Deposit) -> datetime:
    """When the money was at the bank: its buyer kept the time if that did, however long the file took to us.

    Where the bank names the day alone, its booking is written as the day's first moment, and what counts is when we heard of it.
    """
    booked = deposit.booked_at.astimezone(KST)
    return deposit.received_at if booked.time() == time() else min(booked, deposit.received_at)


def _why_not(top_up: TopUp, deposit: Deposit) -> Reason | None:
    if top_up.status in PAID:
        return Reason.DOUBLE
    if top_up.status != Status.RESERVED:
        return Reason.LATE
    if deposit.amount != top_up.price:
        return Reason.SHORT if deposit.amount < top_up.price else Reason.OVER
    return None


def lapse_reservations(*, now: datetime) -> int:
    """Give back the headroom of top-ups that nobody paid in time, and what their funders held; return how many."""
    late = list(due(LAPSING, now).order_by("pk").values_list("pk", flat=True)[:LAPSED_AT_ONCE])
    return take(LAPSING, late, lambda part: _lapse(part[0], now), now=now)


@commits("lapse")
def _lapse(top_up_id: int, now: datetime) -> int:
    top_up = _end_unpaid(TopUp.objects.filter(pk=top_up_id), now)
    if top_up is None:
        return 0
    tell_owner(top_up.wallet, Kind.TOP_UP_OVER, str(top_up.client_id), {"won": top_up.amount}, now=now)
    return 1


def _end_unpaid(mine: QuerySet[TopUp], moment: datetime) -> TopUp | None:
    """The one that is reserved still and whose time was over by then, lapsed in the caller's transaction; None where none is."""
    over = mine.filter(status=Status.RESERVED, reserved_until__lt=moment)
    programme = over.values_list("programme", flat=True).first()
    if programme is None:
        return None
    locked(Programme.objects.filter(pk=programme)).get()
    # Its time may have been extended since it was found late.
    top_up = locked(over).select_related("wallet").first()
    if top_up is None:
        return None
    move(top_up, Status.LAPSED)
    Programme.objects.filter(pk=programme).update(reserved=F("reserved") - top_up.amount)
    funding.let_go(city_id=top_up.city_id, shares=shares_in(top_up.funders))
    return top_up


def move(top_up: TopUp, status: TopUp.Status) -> None:
    """One step of a top-up, in the caller's transaction; the caller holds its row's lock."""
    assert status in TOP_UP_TRANSITIONS[top_up.status], f"{top_up.status} never becomes {status}"
    top_up.status = status
    top_up.save(update_fields=["status", "paid_at", "issue"])
