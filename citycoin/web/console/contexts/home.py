"""What the console's first page shows: what needs this official, each count a link to its list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.clock import fiscal_year
from citycoin.foundation.sums import exact_won
from citycoin.money.issuance.domain.burn_down import BUDGET_ALERT, BudgetAlertTerms
from citycoin.money.issuance.queries import budgets, official_keys, proposals
from citycoin.money.issuance.queries.budgets import BudgetView
from citycoin.money.issuance.queries.figures import CityFigures, city_figures
from citycoin.money.issuance.queries.low_funders import low_funders
from citycoin.platform.accounts.domain.browsers import browser_of
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.queries import new_browsers
from citycoin.platform.audit.queries import last_events
from citycoin.platform.exports.domain.tables import Table
from citycoin.platform.pages.templatetags.pages import kst, kst_day, kst_until
from citycoin.platform.rules.queries import terms_in_force
from citycoin.web.console.contexts import pictures
from citycoin.web.console.contexts.first_steps import Step, first_steps
from citycoin.web.console.contexts.pictures import Pictures
from citycoin.web.console.contexts.waiting import Waiting
from citycoin.web.console.contexts.words import FREEZES, Act, said_by
from contracts.queries import token_of
from wallets.queries.stops import stop_of

TOLD_FOR: Final = timedelta(days=7)
FREEZES_TOLD: Final = 10


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something that waits for this official, with the page where it is done; ``note`` says until when, or since when."""

    words: Words
    url: str
    icon: str
    note: Words | None = None
    count: int = 0
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """What needs the official, what was frozen of late, how the year stands, and where won were spent."""

    today: datetime
    needs: Sequence[Reminder]
    first_steps: Sequence[Step]  # none once something was issued
    freezes: Sequence[Act]
    budget: BudgetView | None
    figures: CityFigures
    pictures: Pictures


def home_page(
    official: Official, waiting: Waiting, query: Mapping[str, str], *, this_session: str, now: datetime
) -> HomePage:
    """The page of this official, who reads it in the session with that key; ``query`` is the URL's, for the pictures."""
    budget = _budget(official.city_id, now)
    alerts = terms_in_force(official.city_id, BUDGET_ALERT, now)
    sums = city_figures(token_of(official.city_id))
    freezes = last_events(official.city_id, acts=FREEZES, since=now - TOLD_FOR)[:FREEZES_TOLD]
    return HomePage(
        today=now,
        needs=[
            *_stop(official),
            *_approvals(official, waiting, now),
            *_applications(official, waiting),
            *_incidents(official, waiting),
            *_deposits(official, waiting),
            *_burning(official, budget, alerts),
            *_funders(official, now),
            *_keys(official, waiting),
            *_new_browsers(official, this_session, now),
        ],
        first_steps=first_steps(official, sums, budget, now),
        freezes=[said_by(each) for each in freezes],
        budget=budget,
        figures=sums,
        pictures=pictures.pictures(official.city, budget, alerts, query, now),
    )


def picture_file(official: Official, name: str, query: Mapping[str, str], now: datetime) -> Table:
    """The rows of the page's picture of that name, as a file. Raises NotHere."""
    alerts = terms_in_force(official.city_id, BUDGET_ALERT, now)
    return pictures.picture_file(official.city, _budget(official.city_id, now), alerts, query, name, now=now)


def _stop(official: Official) -> list[Reminder]:
    there = stop_of(official.city_id)
    if there is None or there.reviewed_at or there.stopped_by.person_id == official.person_id:
        return []
    words = Words("내 검토를 기다리는 긴급 정지", "An emergency stop that waits for my review")
    return [Reminder(words, _url(official, "console-stop"), "stop", _since(there.stopped_at), tone="bad")]


def _approvals(official: Official, waiting: Waiting, now: datetime) -> list[Reminder]:
    found = []
    if waiting.proposals:
        words = Words("내 승인을 기다리는 제안", "Proposals waiting for my approval")
        until = kst_until(min(each.expires_at for each in waiting.proposals))
        note = Words("가장 이른 기한 {until}", "The first is due {until}").filled(until=until)
        url = f"{_url(official, 'console-proposals')}?state=mine"
        found.append(Reminder(words, url, "pen", note, len(waiting.proposals), "warning"))
    signed = proposals.signed_and_not_sent(official.city_id, now)
    if signed:
        words = Words("서명은 끝났지만 체인에 보내지 못한 제안", "Proposals signed by two, and not sent to the chain")
        until = kst_until(min(each.expires_at for each in signed))
        note = Words("가장 이른 기한 {until}", "The first is due {until}").filled(until=until)
        url = f"{_url(official, 'console-proposals')}?state=signed"
        found.append(Reminder(words, url, "pen", note, len(signed), "warning"))
    return found


def _applications(official: Official, waiting: Waiting) -> list[Reminder]:
    if not waiting.applications:
        return []
    words = Words("심사를 기다리는 가게", "Shops waiting to be approved")
    url = _url(official, "console-shop-applications")
    return [Reminder(words, url, "shop", _oldest(waiting.applications[0]), len(waiting.applications))]


def _incidents(official: Official, waiting: Waiting) -> list[Reminder]:
    if not waiting.incidents:
        return []
    words, url = Words("열린 사고", "Open incidents"), _url(official, "console-incidents")
    return [Reminder(words, url, "pulse", _oldest(waiting.incidents[0]), len(waiting.incidents), "bad")]


def _deposits(official: Official, waiting: Waiting) -> list[Reminder]:
    if not waiting.deposits:
        return []
    words, url = Words("보류된 입금", "Deposits in suspense"), _url(official, "console-deposits")
    return [Reminder(words, url, "bank", _oldest(waiting.deposits[0]), len(waiting.deposits), "warning")]


def _burning(official: Official, budget: BudgetView | None, alerts: BudgetAlertTerms) -> list[Reminder]:
    if budget is None or not budget.cap:
        return []
    passed = alerts.passed(budget.promised, budget.cap)
    if passed is None:
        return []
    used = budget.promised * 100 // budget.cap
    words = Words("올해 예산의 {used}%가 쓰였습니다", "{used} % of this year's budget is used").filled(used=used)
    url, tone = _url(official, "console-budget"), "bad" if passed == alerts.per_cent[-1] else "warning"
    return [Reminder(words, url, "coins", tone=tone)]


def _funders(official: Official, now: datetime) -> list[Reminder]:
    """Accounts from which discounts can't be paid any more, or soon can't."""
    found = []
    for each in low_funders(official.city_id, now):
        name = Words(each.account.name_ko, each.account.name_en)
        out = Words(
            "{funder} 재원이 모자라 팔지 못하는 금액이 있습니다", "Sales are refused: {funder} has too little left"
        )
        soon = Words("{funder} 재원이 일주일 안에 바닥납니다", "What {funder} has left lasts less than a week")
        note = Words("남은 금액 {won}", "{won} left").filled(won=exact_won(each.account.available))
        words = (out if each.is_out else soon).filled(funder=name)
        url, tone = f"{_url(official, 'console-programmes')}#funders", "bad" if each.is_out else "warning"
        found.append(Reminder(words, url, "coins", note, tone=tone))
    return found


def _keys(official: Official, waiting: Waiting) -> list[Reminder]:
    url = _url(official, "console-key")
    found = []
    if founding := len(official_keys.founding_addresses(official.city_id)):
        words = Words("아직 쓰이는 임시(설립) 열쇠", "Founding keys still in force")
        note = Words("담당자의 열쇠로 바꿔야 합니다", "Officials' keys have to take their place")
        found.append(Reminder(words, url, "key", note, founding, "warning"))
    if not waiting.keys:
        words = Words("내 브라우저에 서명 열쇠가 없습니다", "My browser is not bound to a signing key")
        found.append(Reminder(words, url, "key", Words("서명하려면 등록하십시오", "Bind it, to be able to sign")))
    return found


def _new_browsers(official: Official, this_session: str, now: datetime) -> list[Reminder]:
    """Sign-ins of theirs from browsers that they hadn't used before: they alone know whether it was they."""
    found = new_browsers(official.person, but=this_session, since=now - TOLD_FOR)
    return [
        Reminder(
            Words("새 브라우저에서 로그인했습니다", "Signed in from a new browser"),
            _url(official, "console-sessions"),
            "shield",
            Words("{browser}, {since}", "{browser}, {since}").filled(
                browser=browser_of(each.agent), since=kst(each.since)
            ),
            tone="warning",
        )
        for each in found
    ]


def _since(moment: datetime) -> Words:
    return Words("{moment}부터", "since {moment}").filled(moment=kst(moment))


def _oldest(moment: datetime) -> Words:
    return Words("가장 오래된 것 {day}", "the oldest of {day}").filled(day=kst_day(moment))


def _budget(city_id: int, now: datetime) -> BudgetView | None:
    try:
        return budgets.budget_of(city_id, fiscal_year(now))
    except budgets.BudgetUnknown:
        return None


def _url(official: Official, name: str) -> str:
    return reverse(name, args=[official.city.slug])
