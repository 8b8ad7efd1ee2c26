"""What the pages of buying won show."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Final
from uuid import UUID

from django.conf import settings

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.clock import milliseconds
from citycoin.foundation.kernel.errors import CityCoinError
from citycoin.foundation.kernel.money import Amount, InvalidAmount
from citycoin.money.bank.models import Deposit
from citycoin.money.bank.queries.accounts import PayTo, pay_to
from citycoin.money.bank.queries.deposits import not_bought
from citycoin.money.funding.queries import funder_names
from citycoin.money.issuance.domain.purchases import MOST_EXTENSIONS, PurchaseLimits
from citycoin.money.issuance.models import TopUp
from citycoin.money.issuance.queries.programmes import offers_to
from citycoin.money.issuance.queries.sale_wishes import waits_for_sale
from citycoin.money.issuance.queries.top_ups import extensions_of, is_set_aside, usual_seconds
from citycoin.platform.cities.models import City
from citycoin.platform.notices.domain.kinds import SENT_BACK_BECAUSE
from citycoin.web.resident.contexts.wallet import key_facts
from wallets.models import Wallet

# Before the end of its time a top-up's page says so, and offers more.
WARNED_BEFORE: Final = timedelta(minutes=2)
SHOWN_COMING_BACK: Final = 5
OFFERED: Final = (10_000, 30_000, 50_000, 100_000, 200_000)
# The way of a top-up as its page draws it.
STEPS: Final = (TopUp.Status.RESERVED, TopUp.Status.PAID, TopUp.Status.ISSUING, TopUp.Status.ISSUED)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferShown:
    """A programme as somebody may choose it. ``payers``: who pays its discount; None where it has none."""

    number: int
    name: Words
    limits: PurchaseLimits
    payers: Words | None
    last_day: date | None  # of its sale
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpPage:
    """The form under an id of its own, with the amounts in won that may be bought, and whose key will spend them.

    ``offers``: what is on sale, the best for them first; ``limits`` are those of the one that is chosen. ``about``: of which
    programme an ``error`` speaks, where it speaks of one.
    """

    city: City
    custody: str
    public_key: str
    id: UUID
    offers: Sequence[OfferShown]
    chosen_offer: OfferShown | None
    limits: PurchaseLimits | None
    offered: Sequence[int]
    chosen: int  # one of those offered; 0 for none
    other: int | str  # an amount of their own, as it was typed where it can't be read; empty for none
    error: CityCoinError | None
    about: Words | None
    next: str
    may_wait: bool  # nothing is sold, and they can be told once something is
    waits: bool  # they have asked to be told


@dataclass(frozen=True, slots=True)
class CameBack:
    """A transfer that bought nothing: how many won, why, and whether the bank has sent it back."""

    won: int
    why: Words | str
    is_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpStatePage:
    """How far a top-up is; ``place`` counts its statuses, and is None where it left their way."""

    city: City
    wallet: Wallet
    public_key: str
    top_up: TopUp
    to: PayTo  # where its price is sent
    came_back: Sequence[CameBack]  # what was sent there and bought nothing, newest first
    saved: int
    now: int  # by the server's clock, in milliseconds since 1970, as `until`
    until: int
    is_ending: bool
    extension: int  # the number of the next one, by one press; 0 where there is none
    minutes_more: int  # that it brings
    error: CityCoinError | None
    place: int | None
    steps: Sequence[Words]
    step: int  # of those that its page draws
    is_set_aside: bool  # it is paid, and waits for an official
    usual_seconds: int  # from the bank's word until the won can be spent
    seconds_since: int  # the bank's word
    seconds_left: int  # of the usual ones; 0 once it takes longer than that
    expected_at: int  # when it should be in, as `until`
    next: str


def top_up_page(
    wallet: Wallet,
    *,
    asked: str,
    programme: int | None,
    onwards: str,
    now: datetime,
    error: CityCoinError | None = None,
) -> TopUpPage:
    """The form for the amount asked for, as it was typed, and the programme of this number, or the best one."""
    key, offers = key_facts(wallet), _offers(wallet, programme, now)
    chosen = next((each for each in offers if each.is_chosen), None)
    limits = chosen.limits if chosen else None
    wanted, offered = _wanted(asked), _offered(limits)
    sold_out = all(each.limits.budget_left < each.limits.step for each in offers)
    return TopUpPage(
        city=wallet.city,
        custody=key.custody,
        public_key=key.public_key,
        id=uuid.uuid4(),
        offers=offers,
        chosen_offer=chosen,
        limits=limits,
        offered=offered,
        chosen=wanted if wanted in offered else 0,
        other="" if wanted in offered else wanted or asked,
        error=error,
        about=_about(error),
        next=onwards,
        may_wait=sold_out,
        waits=sold_out and waits_for_sale(wallet),
    )


def top_up_state_page(
    wallet: Wallet, top_up: TopUp, *, onwards: str, now: datetime, error: CityCoinError | None = None
) -> TopUpStatePage:
    """One top-up of the wallet as it is at ``now``, and why more time was refused."""
    extended, usual = extensions_of(top_up), usual_seconds(wallet.city_id, now)
    since = int((now - top_up.paid_at).total_seconds()) if top_up.paid_at else 0
    place = STEPS.index(TopUp.Status(top_up.status)) if top_up.status in STEPS else None
    return TopUpStatePage(
        city=wallet.city,
        wallet=wallet,
        public_key=key_facts(wallet).public_key,
        top_up=top_up,
        to=pay_to(top_up.account),
        came_back=[_came_back(each) for each in not_bought(top_up.account)[:SHOWN_COMING_BACK]],
        saved=top_up.amount - top_up.price,
        now=milliseconds(now),
        until=milliseconds(top_up.reserved_until),
        is_ending=top_up.reserved_until - now <= WARNED_BEFORE,
        extension=extended + 1 if extended < MOST_EXTENSIONS else 0,
        minutes_more=settings.RESERVATION_SECONDS // 60,
        error=error,
        place=place,
        steps=[Words("입금", "Transfer"), Words("들어오는 중", "On its way"), Words("쓸 수 있어요", "Ready to spend")],
        step={0: 0, 1: 1, 2: 1, 3: 2}.get(place if place is not None else 0, 0),
        is_set_aside=is_set_aside(top_up),
        usual_seconds=usual,
        seconds_since=since,
        seconds_left=max(usual - since, 0),
        expected_at=milliseconds((top_up.paid_at or now) + timedelta(seconds=usual)),
        next=onwards,
    )


def _offers(wallet: Wallet, programme: int | None, now: datetime) -> list[OfferShown]:
    found = offers_to(wallet, now)
    numbers = [each.programme.number for each in found]
    chosen = programme if programme in numbers else next(iter(numbers), None)
    names = funder_names(wallet.city_id)
    return [
        OfferShown(
            number=each.programme.number,
            name=Words(each.programme.name_ko, each.programme.name_en),
            limits=each.limits,
            payers=_together([names.get(who, Words(who, who)) for who in each.terms.funders])
            if each.limits.discount_per_mille
            else None,
            last_day=each.programme.last_day,
            is_chosen=each.programme.number == chosen,
        )
        for each in found
    ]


def _together(names: Sequence[Words]) -> Words:
    several = Words("{first}, {next}", "{first}, {next}")
    return reduce(lambda first, following: several.filled(first=first, next=following), names)


def _about(error: CityCoinError | None) -> Words | None:
    """The programme that a refusal names."""
    said = error.details.get("programme") if error else None
    return Words(said["ko"], said["en"]) if isinstance(said, dict) and "ko" in said else None


def _came_back(deposit: Deposit) -> CameBack:
    why = SENT_BACK_BECAUSE.get(deposit.reason, "")
    return CameBack(deposit.amount, why, deposit.status == Deposit.Status.RETURNED)


def _wanted(asked: str) -> int:
    """So many won; 0 for what can't be read."""
    try:
        return Amount.typed(asked).amount
    except InvalidAmount:
        return 0


def _offered(limits: PurchaseLimits | None) -> list[int]:
    """The usual amounts that may be bought now, and the most."""
    if limits is None:
        return []
    usual = [each for each in OFFERED if each <= limits.most and each % limits.step == 0]
    return usual if not limits.most or limits.most in usual else [*usual, limits.most]
