"""What the residents' pages read: entries of a month, what is on its way, a receipt's place on the chain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from django.urls import reverse

from citycoin.foundation.bilingual import Words, chosen
from citycoin.foundation.kernel.clock import KST, months_through
from citycoin.foundation.kernel.text import comparable, first_day_of_month
from citycoin.money.issuance.domain.purchases import month_of
from citycoin.money.issuance.models import TopUp
from citycoin.money.issuance.queries import top_ups
from citycoin.platform.accounts.queries import NotHere
from citycoin.platform.pages.templatetags.pages import day_of_year, kst_day
from citycoin.web.resident.contexts.lots import Spent, spent_of
from contracts.models import Submission
from merchants.doors.words import CLAIM_REASON_WORDS, REASON_WORDS
from merchants.models import Refund, RefundClaim, Shop
from merchants.queries.claims import claims_of, may_claim
from merchants.queries.purchases import last_purchase_at, purchase_named, purchases_between, purchases_of, shop_paid
from merchants.queries.refunds import refunds_between, refunds_of, refunds_to
from merchants.queries.sales import codes_of, receipt_number
from merchants.queries.shops import Payable
from wallets.models import ConfirmedBy, Payment, Status, Wallet

JUST_NOW: Final = timedelta(minutes=5)
PAYMENT_STATES: Final = {
    Status.AUTHORISED: Words("결제됨", "Paid"),
    Status.SETTLED: Words("확정", "Settled"),
    Status.VOIDED: Words("취소됨", "Voided"),
}
CONFIRMED_WORDS: Final = {
    ConfirmedBy.PIN: Words("비밀번호", "PIN"),
    ConfirmedBy.PASSKEY: Words("패스키", "Passkey"),
    ConfirmedBy.SIGNATURE: Words("이 지갑의 열쇠로 한 서명", "Signature by this wallet's key"),
    ConfirmedBy.NOTHING: Words("비밀번호 없이 결제한 소액", "Small payment without the PIN"),
    ConfirmedBy.PROMISE: Words("가게의 약속", "The shop's promise"),
    ConfirmedBy.MANDATE: Words("가게 관리자의 입금 신청", "Ordered by the shop's manager"),
}
assert CONFIRMED_WORDS.keys() == set(ConfirmedBy), "every way has words"
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
# What a history may be narrowed to; the empty one is all of it.
KINDS: Final = {
    "": Words("전체", "All"),
    "payments": Words("결제", "Payments"),
    "top-ups": Words("충전", "Top-ups"),
    "refunds": Words("취소", "Refunds"),
}
assert REFUND_STATES.keys() == set(Refund.State), "every state has words"
FIRST_YEAR: Final = 2000
LAST_MONTH: Final = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the history. ``amount`` is below zero where won went out; ``counts``: it is part of the totals.

    ``kind``: one of KINDS. ``category``: of the shop that was paid, else empty; then ``icon`` says what it is.
    """

    title: str
    amount: int
    at: datetime
    state: str
    url: str
    counts: bool
    kind: str
    category: str = ""
    icon: str = "coins"


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day of Seoul."""

    label: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of Seoul and what came in and went out in it; ``days`` has what was sought of it, the sums all."""

    first: date
    days: Sequence[Day]
    spent: Sequence[int]  # won paid to shops on each day of the month, refunds not taken off
    paid_in: int
    paid_out: int
    before: str
    after: str  # empty for the month of now


def month(wallet: Wallet, text: str, now: datetime, *, kind: str = "", sought: str = "") -> Month:
    """The month that ``text`` names (``2026-11``; empty: of now), narrowed to a kind and a text in its titles.

    Raises NotHere.
    """
    today = now.astimezone(KST)
    named = first_day_of_month(text) if text else today.date()
    if named is None or not FIRST_YEAR <= named.year <= today.year + 1:
        raise NotHere
    first, following = month_of(datetime.combine(named, time(), KST))
    entries = _newest_first(
        wallet,
        purchases_between(wallet, first, following),
        refunds_between(wallet, first, following),
        top_ups.top_ups_between(wallet, first, following),
    )
    return Month(
        first=first.date(),
        days=by_day([each for each in entries if _is_sought(each, kind, sought)], now),
        spent=_spent_a_day(entries, first, following),
        paid_in=sum(each.amount for each in entries if each.counts and each.amount > 0),
        paid_out=-sum(each.amount for each in entries if each.counts and each.amount < 0),
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{following:%Y-%m}" if following <= today else "",
    )


def months_of(period: str, now: datetime) -> list[date]:
    """The first days of the months of a month (``2026-11``) or a year (``2026``), until the present one. Raises NotHere."""
    today = now.astimezone(KST).date()
    if month_named := first_day_of_month(period):
        named = [month_named]
    elif first := first_day_of_month(f"{period}-01"):
        named = [each for each in months_through(first, first.replace(month=LAST_MONTH)) if each <= today]
    else:
        raise NotHere
    if not named or not FIRST_YEAR <= named[0].year <= today.year + 1:
        raise NotHere
    return named


def oldest_first(wallet: Wallet, first: date, now: datetime) -> list[Entry]:
    """What the wallet did in the month that begins with ``first``."""
    days = month(wallet, f"{first:%Y-%m}", now).days
    return [entry for day in reversed(days) for entry in reversed(day.entries)]


def entries_in(wallet: Wallet, first: date) -> int:
    """How many entries the month that begins with ``first`` has."""
    begins, ends = month_of(datetime.combine(first, time(), KST))
    kinds = (purchases_between, refunds_between, top_ups.top_ups_between)
    return sum(each(wallet, begins, ends).count() for each in kinds)


def last_entries(wallet: Wallet, at_most: int, now: datetime) -> list[Day]:
    """What the wallet did last, of whatever kind, by days and newest first."""
    payments, refunds, bought = purchases_of(wallet), refunds_to(wallet), top_ups.top_ups_of(wallet)
    found = _newest_first(wallet, payments[:at_most], refunds[:at_most], bought[:at_most])
    return by_day(found[:at_most], now)


def _newest_first(
    wallet: Wallet, payments: Iterable[Payment], refunds: Iterable[Refund], bought: Iterable[TopUp]
) -> list[Entry]:
    entries = [_of_payment(each, wallet) for each in payments]
    entries += [_of_refund(each, wallet) for each in refunds]
    entries += [_of_top_up(each, wallet) for each in bought]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _is_sought(entry: Entry, kind: str, sought: str) -> bool:
    return kind in ("", entry.kind) and comparable(sought) in comparable(entry.title)


def _spent_a_day(entries: Iterable[Entry], first: datetime, following: datetime) -> list[int]:
    days = [0] * (following - first).days
    for each in entries:
        if each.kind == "payments" and each.counts:
            days[each.at.astimezone(KST).day - 1] -= each.amount
    return days


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
        return day_of_year(day)
    return kst_day(moment)


def last_payments(wallet: Wallet, at_most: int) -> list[Entry]:
    """What the wallet paid last, newest first."""
    return [_of_payment(each, wallet) for each in purchases_of(wallet)[:at_most]]


def top_ups_under_way(wallet: Wallet) -> list[tuple[TopUp, Words]]:
    """Top-ups that are not at their end, newest first, with what to say of each."""
    return [(each, TOP_UP_STATES[TopUp.Status(each.status)]) for each in top_ups.top_ups_under_way(wallet)]


def _of_payment(payment: Payment, wallet: Wallet) -> Entry:
    shop = shop_paid(payment)
    return Entry(
        title=str(Words(shop.name_ko, shop.name_en) if shop else Words("다른 지갑", "Another wallet")),
        amount=-payment.amount,
        at=payment.authorised_at,
        state=str(_state_of(payment)),
        url=reverse("payment", args=[wallet.city.slug, payment.client_id]),
        counts=payment.status != Status.VOIDED,
        kind="payments",
        category=shop.category if shop else "",
        icon="person",
    )


def _state_of(payment: Payment) -> Words:
    """Where it stands; of one that was given back, that."""
    if not payment.refunded or payment.status == Status.VOIDED:
        return PAYMENT_STATES[Status(payment.status)]
    return (
        Words("모두 취소", "Refunded") if payment.refunded == payment.amount else Words("일부 취소", "Partly refunded")
    )


def _of_refund(refund: Refund, wallet: Wallet) -> Entry:
    return Entry(
        title=chosen("취소 · {shop}", "Refund · {shop}", shop=Words(refund.shop.name_ko, refund.shop.name_en)),
        amount=refund.amount,
        at=refund.promised_at,
        state=str(REFUND_STATES[refund.state]),
        url=reverse("payment", args=[wallet.city.slug, refund.payment.client_id]),
        counts=refund.state == Refund.State.RETURNED,
        kind="refunds",
        icon="undo",
    )


def _of_top_up(top_up: TopUp, wallet: Wallet) -> Entry:
    return Entry(
        title=str(Words("충전", "Top-up")),
        amount=top_up.amount,
        at=top_up.paid_at or top_up.reserved_at,
        state=str(TOP_UP_STATES[TopUp.Status(top_up.status)]),
        url=reverse("top-up-state", args=[wallet.city.slug, top_up.client_id]),
        counts=top_up.status == TopUp.Status.ISSUED,
        kind="top-ups",
        icon="plus",
    )


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
    spent: Spent
    confirmed_by: Words
    claims: Sequence[tuple[RefundClaim, Words]]  # what the payer asked back, and why
    may_claim: bool

    @property
    def left(self) -> int:
        """What was paid less what was given back or is going to be."""
        left: int = self.payment.amount - self.payment.refunded
        return left

    @property
    def moves(self) -> bool:
        """Whether something of it is still going to change."""
        under_way = (Refund.State.PROMISED, Refund.State.ON_ITS_WAY)
        waits = any(each.status == RefundClaim.Status.WAITING for each, _ in self.claims)
        refunding = any(each.state in under_way for each, _, _ in self.refunds)
        return self.payment.status == Status.AUTHORISED or refunding or waits


def receipt(wallet: Wallet, client_id: UUID, now: datetime) -> Receipt:
    """The wallet's payment under this id. Raises NotHere."""
    payment = purchase_named(wallet, client_id)
    refunds = list(refunds_of(payment))
    returned = [each.sent.ended_at for each in refunds if each.state == Refund.State.RETURNED and each.sent]
    shop = shop_paid(payment)
    return Receipt(
        payment=payment,
        shop=shop,
        state=PAYMENT_STATES[Status(payment.status)],
        number=receipt_number(payment),
        order=codes_of([payment]).get(payment.pk, "")[:5],
        submission=payment.batch.submission if payment.batch else None,
        refunds=[(each, REFUND_STATES[each.state], REASON_WORDS[Refund.Reason(each.reason)]) for each in refunds],
        confirmed_by=CONFIRMED_WORDS[ConfirmedBy(payment.confirmed_by)],
        claims=[(each, CLAIM_REASON_WORDS[RefundClaim.Reason(each.reason)]) for each in claims_of(payment)],
        may_claim=may_claim(payment, shop, now),
        spent=spent_of(payment, max((at for at in returned if at), default=None)),
    )
