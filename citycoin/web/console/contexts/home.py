"""What the console's first page shows: what needs this official, each count a link to its list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.clock import fiscal_year
from citycoin.money.issuance.queries import budgets, official_keys, proposals
from citycoin.money.issuance.queries.budgets import BudgetView
from citycoin.platform.accounts.domain.browsers import browser_of
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.queries import new_browsers
from citycoin.platform.audit.queries import last_events
from citycoin.platform.incidents.queries import open_incidents
from citycoin.platform.pages.templatetags.pages import kst
from citycoin.web.console.contexts.words import FREEZES, Act, said_by
from merchants.queries.applications import waiting_applications
from wallets.queries.stops import stop_of

# Of the year's cap, issued and promised, in per cent.
ALERTS: Final = (95, 85, 70)
TOLD_FOR: Final = timedelta(days=7)
FREEZES_TOLD: Final = 10


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something that waits for this official, with the page where it is done."""

    words: Words
    url: str
    count: int = 0
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """What needs the official, what was frozen of late, and how the year stands."""

    needs: Sequence[Reminder]
    freezes: Sequence[Act]
    budget: BudgetView | None


def home_page(official: Official, *, this_session: str, now: datetime) -> HomePage:
    """The page of this official, who reads it in the session with that key."""
    budget = _budget(official.city_id, now)
    freezes = last_events(official.city_id, acts=FREEZES, since=now - TOLD_FOR)[:FREEZES_TOLD]
    return HomePage(
        needs=[
            *_stop(official),
            *_approvals(official, now),
            *_applications(official),
            *_incidents(official),
            *_burning(official, budget),
            *_keys(official),
            *_new_browsers(official, this_session, now),
        ],
        freezes=[said_by(each) for each in freezes],
        budget=budget,
    )


def _stop(official: Official) -> list[Reminder]:
    there = stop_of(official.city_id)
    if there is None or there.reviewed_at or there.stopped_by.person_id == official.person_id:
        return []
    words = Words("내 검토를 기다리는 긴급 정지", "An emergency stop that waits for my review")
    return [Reminder(words, _url(official, "console-stop"), tone="bad")]


def _approvals(official: Official, now: datetime) -> list[Reminder]:
    waiting = len(proposals.waiting_for(official, now))
    url = f"{_url(official, 'console-proposals')}?state=mine"
    words = Words("내 승인을 기다리는 제안", "Proposals waiting for my approval")
    found = [Reminder(words, url, waiting)] if waiting else []
    signed = [
        each for each in proposals.open_proposals(official.city_id, now) if proposals.state_of(each, now) == "signed"
    ]
    if signed:
        words = Words("서명은 끝났지만 체인에 보내지 못한 제안", "Proposals signed by two, and not sent to the chain")
        found.append(Reminder(words, _url(official, "console-proposals"), len(signed), "warning"))
    return found


def _applications(official: Official) -> list[Reminder]:
    waiting = waiting_applications(official.city_id).count()
    words = Words("심사를 기다리는 가게", "Shops waiting to be approved")
    return [Reminder(words, _url(official, "console-shops"), waiting)] if waiting else []


def _incidents(official: Official) -> list[Reminder]:
    open_ones = open_incidents(official.city_id).count()
    words = Words("열린 사고", "Open incidents")
    return [Reminder(words, _url(official, "console-incidents"), open_ones, "bad")] if open_ones else []


def _burning(official: Official, budget: BudgetView | None) -> list[Reminder]:
    if budget is None or not budget.cap:
        return []
    used = (budget.issued + budget.reserved) * 100 // budget.cap
    passed = next((step for step in ALERTS if used >= step), None)
    if passed is None:
        return []
    words = Words(f"올해 예산의 {used}%가 쓰였습니다", f"{used} % of this year's budget is used")
    return [Reminder(words, _url(official, "console-budget"), tone="bad" if passed == ALERTS[0] else "warning")]


def _keys(official: Official) -> list[Reminder]:
    url = _url(official, "console-key")
    found = []
    if founding := len(official_keys.founding_addresses(official.city_id)):
        words = Words("아직 쓰이는 임시(설립) 열쇠", "Founding keys still in force")
        found.append(Reminder(words, url, founding, "warning"))
    if not proposals.keys_in_force(official):
        words = Words("내 브라우저에 서명 열쇠가 없습니다", "My browser is not bound to a signing key")
        found.append(Reminder(words, url))
    return found


def _new_browsers(official: Official, this_session: str, now: datetime) -> list[Reminder]:
    """Sign-ins of theirs from browsers that they hadn't used before: they alone know whether it was they."""
    found = new_browsers(official.person, but=this_session, since=now - TOLD_FOR)
    return [
        Reminder(
            Words(
                f"새 브라우저에서 로그인했습니다: {browser_of(each.agent).ko}, {kst(each.since)}",
                f"Signed in from a new browser: {browser_of(each.agent).en}, {kst(each.since)}",
            ),
            _url(official, "console-sessions"),
            tone="warning",
        )
        for each in found
    ]


def _budget(city_id: int, now: datetime) -> BudgetView | None:
    try:
        return budgets.budget_of(city_id, fiscal_year(now))
    except budgets.BudgetUnknown:
        return None


def _url(official: Official, name: str) -> str:
    return reverse(name, args=[official.city.slug])
