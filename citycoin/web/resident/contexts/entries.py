"""What the residents' pages read: entries of a month, what is on its way, a receipt's place on the chain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from django.urls import reverse

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.text import first_day_of_month
from citycoin.money.issuance.domain.purchases import month_of
from citycoin.money.issuance.models import TopUp
from citycoin.money.issuance.queries import top_ups
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.pages.templatetags.pages import kst_day
from contracts.models import Submission
from merchants.doors.words import REASON_WORDS
from merchants.models import Refund, Shop
from merchants.queries.purchases import last_purchase_at, purchase_named, purchases_between, purchases_of, shop_paid
from merchants.queries.refunds import refunds_of, refunds_to
from merchants.queries.sales import codes_of, receipt_number
from merchants.queries.shops import Payable
from wallets.models import Payment, Status, Wallet

JUST_NOW: Final = timedelta(minutes=5)
PAYMENT_STATES: Final = {
    Status.AUTHORISED: Words("결제됨", "Paid"),
    Status.SETTLED: Words("확정", "Settled"),
    Status.VOIDED: Words("취소됨", "Voided"),
}
TOP_UP_STATES: Final = {
    TopUp.Status.RESERVED: Words("입금을 기다려요", "Waiting for your transfer"),
    TopUp.Status.PAID: Words("들어오는 중", "On its way"),
    TopUp.Status.ISSUING: Words("들어오는 중", "On its way"),
    TopUp.Status.ISSUED: Words("충전됨", "Topped up"),
    TopUp.Status.LAPSED: Words("시간이 지나 취소됨", "Lapsed"),
    TopUp.Status.RETURNED: Words("돌려드림", "Returned to the bank"),
}
REFUND_STATES: Final = {
    Refund.State.PROMISED: Words("돌려받기로 했어요", "Promised"),
    Refund.State.ON_ITS_WAY: Words("돌아오는 중", "On its way back"),
    Refund.State.RETURNED: Words("돌려받았어요", "Returned"),
    Refund.State.NOT_NEEDED: Words("이미 돌아왔어요", "Came back by itself"),
    Refund.State.FAILED: Words("시청이 확인하고 있어요", "The city is looking into it"),
}
assert REFUND_STATES.keys() == set(Refund.State), "every state has words"
FIRST_YEAR: Final = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history. ``amount`` is below zero where won went out; ``counts``: it is part of the totals."""

    title: str
    amount: int
    at: datetime
    state: str
    url: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day of Seoul."""

    label: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of Seoul and what came in and went out in it."""

    first: date
    days: Sequence[Day]
    paid_in: int
    paid_out: int
    before: str
    after: str  # empty for the month of now


def month(wallet: Wallet, text: str, now: datetime) -> Month:
    """The month that ``text`` names (``2026-11``; empty: of now). Raises NotHere."""
    today = now.astimezone(KST)
    named = first_day_of_month(text) if text else today.date()
    if named is None or not FIRST_YEAR <= named.year <= today.year + 1:
        raise NotHere
    first, following = month_of(datetime.combine(named, time(), KST))
    entries = [entry for rows in (_payments, _refunds, _top_ups) for entry in rows(wallet, first, following)]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return Month(
        first=first.date(),
        days=by_day(entries, now),
        paid_in=sum(each.amount for each in entries if each.counts and each.amount > 0),
        paid_out=-sum(each.amount for each in entries if each.counts and each.amount < 0),
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{following:%Y-%m}" if following <= today else "",
    )


def by_day(entries: Iterable[Entry], now: datetime) -> list[Day]:
    """Entries, newest first, under 오늘, 어제 or their date."""
    grouped = groupby(entries, key=lambda entry: entry.at.astimezone(KST).date())
    return [Day(_day_label(day, rows[0].at, now), rows) for day, each in grouped if (rows := list(each))]


def _day_label(day: date, moment: datetime, now: datetime) -> str:
    days_ago = (now.astimezone(KST).date() - day).days
    names = {0: Words("오늘", "Today"), 1: Words("어제", "Yesterday")}
    if days_ago in names:
        return str(names[days_ago])
    if day.year == now.astimezone(KST).year:
        return str(Words(f"{day.month}월 {day.day}일", f"{day.day} {day:%b}"))
    return kst_day(moment)


def last_payments(wallet: Wallet, at_most: int) -> list[Entry]:
    """What the wallet paid last, newest first."""
    return [_of_payment(each, wallet) for each in purchases_of(wallet)[:at_most]]


def top_ups_under_way(wallet: Wallet) -> list[tuple[TopUp, Words]]:
    """Top-ups that are not at their end, newest first, with what to say of each."""
    return [(each, TOP_UP_STATES[TopUp.Status(each.status)]) for each in top_ups.top_ups_under_way(wallet)]


def _payments(wallet: Wallet, first: datetime, following: datetime) -> list[Entry]:
    return [_of_payment(each, wallet) for each in purchases_between(wallet, first, following)]


def _of_payment(payment: Payment, wallet: Wallet) -> Entry:
    return Entry(
        title=_name_of_payee(payment),
        amount=-payment.amount,
        at=payment.authorised_at,
        state=str(_state_of(payment)),
        url=reverse("payment", args=[wallet.city.slug, payment.client_id]),
        counts=payment.status != Status.VOIDED,
    )


def _state_of(payment: Payment) -> Words:
    """Where it stands; of one that was given back, that."""
    if not payment.refunded or payment.status == Status.VOIDED:
        return PAYMENT_STATES[Status(payment.status)]
    return (
        Words("모두 취소", "Refunded") if payment.refunded == payment.amount else Words("일부 취소", "Partly refunded")
    )


def _refunds(wallet: Wallet, first: datetime, following: datetime) -> list[Entry]:
    return [
        Entry(
            title=str(Words(f"취소 · {each.shop.name_ko}", f"Refund · {each.shop.name_en}")),
            amount=each.amount,
            at=each.promised_at,
            state=str(REFUND_STATES[each.state]),
            url=reverse("payment", args=[wallet.city.slug, each.payment.client_id]),
            counts=each.state == Refund.State.RETURNED,
        )
        for each in refunds_to(wallet, first, following)
    ]


def _name_of_payee(payment: Payment) -> str:
    """The shop's name, or what it is where it isn't a shop."""
    shop = shop_paid(payment)
    return str(Words(shop.name_ko, shop.name_en) if shop else Words("다른 지갑", "Another wallet"))


def _top_ups(wallet: Wallet, first: datetime, following: datetime) -> list[Entry]:
    return [
        Entry(
            title=str(Words("충전", "Top-up")),
            amount=each.amount,
            at=each.paid_at or each.reserved_at,
            state=str(TOP_UP_STATES[TopUp.Status(each.status)]),
            url=reverse("top-up-state", args=[wallet.city.slug, each.client_id]),
            counts=each.status == TopUp.Status.ISSUED,
        )
        for each in top_ups.top_ups_between(wallet, first, following)
    ]


def paid_just_now(wallet: Wallet, shop: Shop, now: datetime) -> Payment | None:
    """The wallet's last payment to this shop within the last minutes."""
    return last_purchase_at(wallet, shop, since=now - JUST_NOW)


def order_number(found: Payable) -> str:
    """What the counter and the payer call one request."""
    return str(found.code)[:5] if found.request else ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment as its payer keeps it."""

    payment: Payment
    shop: Shop | None
    state: Words
    number: str  # what the shop calls it, too
    order: str  # of its request; empty where it answers none
    submission: Submission | None  # the chain transaction that settles it
    refunds: Sequence[tuple[Refund, Words, Words]]  # with how far each is, and why

    @property
    def left(self) -> int:
        """What was paid less what was given back or is going to be."""
        left: int = self.payment.amount - self.payment.refunded
        return left

    @property
    def moves(self) -> bool:
        """Whether something of it is still going to change."""
        under_way = (Refund.State.PROMISED, Refund.State.ON_ITS_WAY)
        return self.payment.status == Status.AUTHORISED or any(each.state in under_way for each, _, _ in self.refunds)


def receipt(wallet: Wallet, client_id: UUID) -> Receipt:
    """The wallet's payment under this id. Raises NotHere."""
    payment = purchase_named(wallet, client_id)
    return Receipt(
        payment=payment,
        shop=shop_paid(payment),
        state=PAYMENT_STATES[Status(payment.status)],
        number=receipt_number(payment),
        order=codes_of([payment]).get(payment.pk, "")[:5],
        submission=payment.batch.submission if payment.batch else None,
        refunds=[
            (each, REFUND_STATES[each.state], REASON_WORDS[Refund.Reason(each.reason)]) for each in refunds_of(payment)
        ],
    )
