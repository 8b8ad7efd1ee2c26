"""What the pages of programmes show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from citycoin.foundation.bilingual import Words
from citycoin.money.issuance.domain.programmes import ProgrammePlan
from citycoin.money.issuance.domain.purchases import PURCHASE
from citycoin.money.issuance.models import Programme
from citycoin.money.issuance.queries.budgets import left_for_programmes
from citycoin.money.issuance.queries.programmes import NoProgrammeOpen, programmes_of, purchase_rule, purchase_rules
from citycoin.platform.accounts.models import Official
from citycoin.platform.rules.queries import dated
from citycoin.web.console.contexts.words import rule_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammesPage:
    """Each programme with its rules as a sentence: those of today, or the first that will be."""

    rows: Sequence[tuple[Programme, Words | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedProgramme:
    """A programme's facts as they were typed; the cap in won."""

    name_ko: str
    name_en: str
    year: int
    cap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeProgrammePage:
    """The form with what was typed; where that can be read, the same as a sentence, too. ``left``: won not promised yet."""

    values: Mapping[str, object]
    wrong: Sequence[str]  # the fields that can't be read
    year: int
    left: int
    step_names: Sequence[Words] = (Words("내용과 규칙", "Facts and rules"), Words("확인하고 제안", "Check and propose"))
    plan: PlannedProgramme | None = None
    sentence: Words | None = None
    too_much: bool = False


def programmes_page(official: Official, now: datetime) -> ProgrammesPage:
    """The programmes of the official's city."""
    return ProgrammesPage(rows=[(each, _rules(each, now)) for each in programmes_of(official.city_id)])


def propose_programme_page(
    official: Official,
    year: int,
    *,
    values: Mapping[str, object],
    wrong: Sequence[str],
    plan: ProgrammePlan | None = None,
) -> ProposeProgrammePage:
    """The form for a programme of this year; ``plan`` is what it says, where that is to be read once more."""
    left = left_for_programmes(official.city_id, year)
    if plan is None:
        return ProposeProgrammePage(values=values, wrong=wrong, year=year, left=left)
    name_ko, name_en = plan.names
    return ProposeProgrammePage(
        values=values,
        wrong=wrong,
        year=year,
        left=left,
        plan=PlannedProgramme(name_ko=name_ko, name_en=name_en, year=year, cap=plan.cap.amount),
        sentence=rule_in_words(plan.rule),
        too_much=plan.cap.amount > left,
    )


def _rules(programme: Programme, now: datetime) -> Words | None:
    try:
        return rule_in_words(dated(PURCHASE, purchase_rule(programme, now)))
    except NoProgrammeOpen:
        coming = purchase_rules(programme)
        return rule_in_words(coming[0]) if coming else None
