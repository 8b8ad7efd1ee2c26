"""What the demo's pages show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.errors import CityCoinError, Unavailable
from citycoin.money.bank.doors.demo_bank import PaidOut, Switch
from citycoin.money.bank.queries.accounts import PayTo, pay_to
from citycoin.money.issuance.models import TopUp
from citycoin.money.issuance.queries.top_ups import unpaid_top_ups
from citycoin.platform.accounts.queries import messages, name_of
from citycoin.platform.cities.models import City
from citycoin.platform.cities.queries import Face, all_cities, face_at
from citycoin.platform.pages.domain.charts.figures import Chart
from citycoin.platform.pages.domain.icons import ICONS
from citycoin.platform.pages.domain.tokens import THEMES
from citycoin.web.demo.domain import examples
from merchants.domain.codes import CodeNotOurs, CodeTorn, PaymentCode, Scanned
from merchants.models import PaymentRequest
from merchants.queries.requests import RequestUnknown
from merchants.queries.sales import payment_of_request
from merchants.queries.shops import CodeOfAnotherCity, CodeUnknown, payable
from wallets.queries.ledger import balance, key_in_force, wallet_of_token

PRACTICE_WON: Final = 100
MESSAGES_SHOWN: Final = 10
TRANSFERS_SHOWN: Final = 50
# Who sends for a wallet that has no person.
SOMEBODY: Final = "홍길동"


class NobodyToPractise(Unavailable):
    """None of the demo's residents has 100 won left, or there are none."""

    code = "nobody_to_practise"
    ko = "연습 손님에게 남은 돈이 없어서 결제하지 못했어요. 돈은 움직이지 않았어요. 주민으로 로그인해 직접 결제해 주세요."
    en = "No practice customer has won left, so nothing was paid. No money moved. Please sign in as a resident and pay."


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """The last text messages (phone, text, when), and a one-time code where one was asked for."""

    cities: Sequence[City]
    messages: Sequence[tuple[str, str, datetime]]
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """A top-up that nobody has paid: under which id it is sent, to which account, and what its owner is called."""

    id: UUID
    top_up: TopUp
    to: PayTo
    name: str
    is_named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BankPage:
    """The top-ups that wait, the one with the account ``named`` first, and where to go on afterwards; then what the bank does wrong.

    ``account``, ``amount`` and ``name`` are what was typed; ``switches`` is None where the bank doesn't answer; ``paid_out`` is what it
    has sent to accounts of its customers and of others.
    """

    waiting: Sequence[Waits]
    next: str
    id: UUID
    account: str
    amount: str
    name: str
    error: CityCoinError | None
    switches: Sequence[Switch] | None
    paid_out: Sequence[PaidOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPage:
    """Every component, in a city's face (None: in nobody's), a theme (empty: the system's) and a mode."""

    city: City | None
    face: Face | None
    cities: Sequence[City]
    theme: str
    themes: Sequence[str]
    easy: bool
    icons: Sequence[str]
    steps: Sequence[Words]
    charts: Sequence[Chart]
    now: datetime


def design_page(slug: str, *, theme: str, easy: bool) -> DesignPage:
    """The page in the face of the city with this slug. What doesn't exist counts as none."""
    cities = list(all_cities())
    city = next((each for each in cities if each.slug == slug), None)
    return DesignPage(
        city=city,
        face=face_at(city.slug) if city else None,
        cities=cities,
        theme=theme if theme in THEMES else "",
        themes=list(THEMES),
        easy=easy,
        icons=sorted(ICONS),
        steps=[Words("근거", "Basis"), Words("금액", "Amount"), Words("답 확인", "Check"), Words("결재", "Approval")],
        charts=examples.charts(),
        now=datetime(2026, 11, 21, 15, 7, tzinfo=KST),
    )


def inbox_page(code: str) -> InboxPage:
    """The inbox, with this code."""
    return InboxPage(cities=list(all_cities()), messages=messages(MESSAGES_SHOWN), code=code)


def bank_page(
    named: str,
    onwards: str,
    *,
    switches: Sequence[Switch] | None,
    paid_out: Sequence[PaidOut],
    typed: Mapping[str, str],
    error: CityCoinError | None = None,
) -> BankPage:
    """The bank's page for whoever comes with this account and wants to go on to that path; either may be empty."""
    waiting = [_waits(each, named) for each in unpaid_top_ups()[:TRANSFERS_SHOWN]]
    return BankPage(
        waiting=sorted(waiting, key=lambda each: not each.is_named),
        next=onwards,
        id=uuid4(),
        account=typed.get("account", ""),
        amount=typed.get("amount", ""),
        name=typed.get("name", ""),
        error=error,
        switches=switches,
        paid_out=paid_out,
    )


def _waits(top_up: TopUp, named: str) -> Waits:
    to, owner = pay_to(top_up.account), top_up.wallet.owner
    return Waits(
        id=uuid4(),
        top_up=top_up,
        to=to,
        name=(name_of(owner) if owner else "") or SOMEBODY,
        is_named=to.number == named,
    )


def practice_request(city: City, text: str) -> tuple[PaymentRequest, str]:
    """What a counter asked for, of just as many won as practice takes, and where it is paid. Raises RequestUnknown."""
    try:
        found = payable(city, Scanned(PaymentCode.parse(text)))
    except (CodeNotOurs, CodeTorn, CodeUnknown, CodeOfAnotherCity):
        raise RequestUnknown from None
    if found.request is None or found.request.amount != PRACTICE_WON:
        raise RequestUnknown
    return found.request, key_in_force(found.shop.wallet).address


def practice_payer(city: City, request: PaymentRequest, now: datetime) -> tuple[int, str]:
    """A resident of the demo who can pay it, by their wallet's key in the database, and their PIN. Raises NobodyToPractise.

    Whoever has paid it already is named again: the same request twice is one payment.
    """
    notes = settings.VAR / "demo.json"
    said = json.loads(notes.read_text() if notes.is_file() else "{}")
    paid = payment_of_request(request)
    for each in said.get(city.slug, {}).get("residents", []):
        wallet = wallet_of_token(city.pk, each["token"])
        if (paid and paid.payer_id == wallet.pk) or balance(wallet, now=now).available.amount >= request.amount:
            return wallet.pk, each["pin"]
    raise NobodyToPractise
