"""What the pages of programmes show."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.calendar_words import day_words
from citycoin.foundation.kernel.clock import KST, fiscal_year
from citycoin.foundation.sums import exact_won
from citycoin.money.bank.queries.accounts import PayTo, pay_to
from citycoin.money.funding.models import FunderAccount, FunderEntry
from citycoin.money.funding.queries import funder_names, funders_of, last_entries
from citycoin.money.issuance.domain.programmes import ProgrammeChange, ProgrammePlan
from citycoin.money.issuance.domain.purchases import PURCHASE
from citycoin.money.issuance.models import Programme
from citycoin.money.issuance.queries.budgets import left_for_programmes, promised_cap
from citycoin.money.issuance.queries.programmes import (
    NoProgrammeOpen,
    programmes_of,
    programmes_today,
    purchase_rule,
    purchase_rules,
)
from citycoin.platform.accounts.models import Official
from citycoin.platform.rules.queries import dated
from citycoin.web.console.contexts.words import rule_in_words

ENTRIES_SHOWN: Final = 10
ENTRIES: Final = {
    FunderEntry.Reason.CREDIT: Words("입금", "Came in"),
    FunderEntry.Reason.SHARE: Words("발행", "Issued"),
    FunderEntry.Reason.RETURNED: Words("돌아옴", "Came back"),
}
# What a programme's state is called, and its tone.
STATES: Final = {
    "opening": (Words("체인에 여는 중", "Being opened on the chain"), "warning"),
    "on_sale": (Words("판매 중", "On sale"), "good"),
    "to_come": (Words("판매 전", "Not on sale yet"), ""),
    "over": (Words("판매 끝남", "Sale over"), ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRow:
    """A programme with its rules as a sentence: those of today, or the first that will be; ``coming``: those from a later day."""

    programme: Programme
    state: Words
    tone: str
    rules: Words | None
    coming: Sequence[Words]
    left: int
    next_cap: int | None  # on its way to the chain
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammesPage:
    """Each programme, and the accounts that pay for their discounts with what changed them last."""

    rows: Sequence[ProgrammeRow]
    accounts: Sequence[tuple[FunderAccount, PayTo | None]]  # with where each pays in
    entries: Sequence[tuple[FunderEntry, Words]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareField:
    """The field for what one funder pays."""

    name: str
    words: Words
    value: object
    is_wrong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedProgramme:
    """A programme's facts as they were typed; the cap in won."""

    name_ko: str
    name_en: str
    year: int
    cap: int
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeProgrammePage:
    """The form with what was typed; where that can be read, the same as a sentence, too. ``left``: won not promised yet."""

    values: Mapping[str, object]
    wrong: Sequence[str]  # the fields that can't be read
    shares: Sequence[ShareField]
    year: int
    left: int
    step_names: Sequence[Words] = (Words("내용과 규칙", "Facts and rules"), Words("확인하고 제안", "Check and propose"))
    plan: PlannedProgramme | None = None
    sentence: Words | None = None
    too_much: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A fact before and after."""

    name: Words
    before: Words
    after: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeProgrammePage:
    """The form that changes a programme; once it can be read, what would be otherwise. ``most``: the highest cap that fits."""

    values: Mapping[str, object]
    wrong: Sequence[str]
    shares: Sequence[ShareField]
    programme: Programme
    rules: Words | None
    least: int
    most: int
    step_names: Sequence[Words] = (Words("바꿀 것", "What to change"), Words("확인하고 제안", "Check and propose"))
    lines: Sequence[Line] = ()


def programmes_page(official: Official, now: datetime) -> ProgrammesPage:
    """The programmes of the official's city."""
    names, city_id = funder_names(official.city_id), official.city_id
    on_sale = {each.pk for each in programmes_today(city_id, now)}
    return ProgrammesPage(
        rows=[_row(each, names, now, is_on_sale=each.pk in on_sale) for each in programmes_of(city_id)],
        accounts=[(each, pay_to(each.number) if each.number else None) for each in funders_of(city_id)],
        entries=[(each, ENTRIES[FunderEntry.Reason(each.reason)]) for each in last_entries(city_id)[:ENTRIES_SHOWN]],
    )


def propose_programme_page(
    official: Official,
    year: int,
    *,
    values: Mapping[str, object],
    wrong: Sequence[str],
    plan: ProgrammePlan | None = None,
) -> ProposeProgrammePage:
    """The form for a programme of this year; ``plan`` is what it says, where that is to be read once more."""
    left, names = left_for_programmes(official.city_id, year), funder_names(official.city_id)
    shares = share_fields(names, values, wrong)
    if plan is None:
        return ProposeProgrammePage(values=values, wrong=wrong, shares=shares, year=year, left=left)
    name_ko, name_en = plan.names
    return ProposeProgrammePage(
        values=values,
        wrong=wrong,
        shares=shares,
        year=year,
        left=left,
        plan=PlannedProgramme(
            name_ko=name_ko,
            name_en=name_en,
            year=year,
            cap=plan.cap.amount,
            first_day=plan.days[0],
            last_day=plan.days[1],
        ),
        sentence=rule_in_words(plan.rule, names),
        too_much=plan.cap.amount > left,
    )


def change_programme_page(
    official: Official,
    programme: Programme,
    now: datetime,
    *,
    values: Mapping[str, object],
    wrong: Sequence[str],
    change: ProgrammeChange | None = None,
) -> ChangeProgrammePage:
    """The form for this programme; ``change`` is what it says, where that is to be read once more."""
    names = funder_names(official.city_id)
    return ChangeProgrammePage(
        values=values,
        wrong=wrong,
        shares=share_fields(names, values, wrong),
        programme=programme,
        rules=rules_in_words(programme, names, now),
        least=programme.issued + programme.reserved,
        most=left_for_programmes(official.city_id, programme.year) + promised_cap(programme),
        lines=changed_lines(programme.cap, programme.last_day, change, names, rules_in_words(programme, names, now))
        if change
        else (),
    )


def changed_lines(
    cap: int, last_day: date | None, change: ProgrammeChange, names: Mapping[str, Words], rules: Words | None
) -> list[Line]:
    """What a change makes otherwise, each fact before and after; what stays is left out."""
    lines = []
    if change.cap.amount != cap:
        lines.append(
            Line(name=Words("한도", "Cap"), before=exact_won(cap), after=exact_won(change.cap.amount)),
        )
    if change.last_day != last_day:
        words = Words("판매의 마지막 날", "Last day of sale")
        lines.append(Line(name=words, before=_day(last_day), after=_day(change.last_day)))
    if change.rule:
        before = rules or Words("없음", "none")
        lines.append(Line(name=Words("규칙", "Rules"), before=before, after=rule_in_words(change.rule, names)))
    return lines


def share_fields(names: Mapping[str, Words], values: Mapping[str, object], wrong: Collection[str]) -> list[ShareField]:
    """A field for each funder of the city."""
    return [
        ShareField(
            name=f"share_{who}",
            words=words,
            value=values.get(f"share_{who}", 0),
            is_wrong=f"share_{who}" in wrong,
        )
        for who, words in names.items()
    ]


def _row(programme: Programme, names: Mapping[str, Words], now: datetime, *, is_on_sale: bool) -> ProgrammeRow:
    state, tone = STATES[_state(programme, now, is_on_sale=is_on_sale)]
    today = now.astimezone(KST).date()
    under_way = programme.change is not None and not programme.change.went_wrong
    return ProgrammeRow(
        programme=programme,
        state=state,
        tone=tone,
        rules=rules_in_words(programme, names, now),
        coming=[rule_in_words(each, names) for each in purchase_rules(programme) if each.in_force_from > today],
        left=programme.cap - programme.issued - programme.reserved,
        next_cap=programme.next_cap if under_way else None,
        may_change=programme.open_at is not None and programme.year >= fiscal_year(now),
    )


def _state(programme: Programme, now: datetime, *, is_on_sale: bool) -> str:
    if programme.open_at is None:
        return "opening"
    if is_on_sale:
        return "on_sale"
    over = programme.last_day is not None and programme.last_day < now.astimezone(KST).date()
    return "over" if over or programme.year < fiscal_year(now) else "to_come"


def rules_in_words(programme: Programme, names: Mapping[str, Words], now: datetime) -> Words | None:
    """Its rules of today as a sentence, or the first that will be."""
    try:
        return rule_in_words(dated(PURCHASE, purchase_rule(programme, now)), names)
    except NoProgrammeOpen:
        coming = purchase_rules(programme)
        return rule_in_words(coming[0], names) if coming else None


def _day(day: date | None) -> Words:
    return day_words(day) if day else Words("그해의 마지막 날", "the end of its year")
