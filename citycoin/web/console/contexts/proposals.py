"""Proposals: the list, and the page of one, as the official who asks may read, sign or approve it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.text import day_of
from citycoin.money.funding.queries import funder_names
from citycoin.money.issuance.domain.budgets import BudgetEffect
from citycoin.money.issuance.domain.decisions import BudgetFacts, RotationFacts
from citycoin.money.issuance.models import Proposal, ProposalSignature
from citycoin.money.issuance.queries import proposals
from citycoin.money.issuance.queries.budget_plans import standing_of
from citycoin.money.issuance.queries.programmes import programme_numbered
from citycoin.platform.accounts.models import Official
from citycoin.platform.pages.domain.lists import Chip, Head, Pager, Shape
from citycoin.web.console.contexts.programmes import Line, changed_lines, rules_in_words
from citycoin.web.console.contexts.signing import (
    BudgetSigning,
    RotationSigning,
    addresses_of,
    budget_signing,
    rotation_signing,
)
from citycoin.web.console.contexts.words import KINDS, rule_in_words, state_words
from contracts.models import Submission

FILTERS: Final = {
    "": Words("전체", "All"),
    "mine": Words("내 승인 대기", "Waiting for me"),
    "signed": Words("서명 완료 · 전송 전", "Signed, not sent yet"),
}
SHAPE: Final = Shape(choices={"state": [each for each in FILTERS if each]}, sorts=("-at", "kind", "who"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRow:
    """A line of the list."""

    number: int
    kind: Words
    proposed_by: str | None
    proposed_at: datetime
    state: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalsPage:
    """The proposals that the URL asks for, in its order, a page of them; ``filter`` is empty, or one of FILTERS."""

    rows: Sequence[ProposalRow]
    heads: Sequence[Head]
    chips: Sequence[Chip]
    pager: Pager
    filter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    """What is proposed, by whom, why, how far it is, and what the official who asks may do.

    By its kind it has ``plan`` and ``sentence``, or ``change``, or ``signing``, or ``rotation``. ``in_force``: the addresses of those of
    the official's keys that may sign it.
    """

    proposal: Proposal
    kind: Words
    state: dict[str, Any]
    signatures: Sequence[ProposalSignature]
    is_mine: bool
    is_open: bool
    may_approve: bool
    signed_by_me: bool
    can_sign: bool
    in_force: str
    submission: Submission | None
    plan: dict[str, Any] | None  # a programme's facts
    sentence: Words | None  # its rule
    change: Sequence[Line]  # what a programme's change makes otherwise
    unsigned: bool  # it is approved and no key signs it
    signing: BudgetSigning | None
    effect: BudgetEffect | None  # of a budget that is not decided yet
    rotation: RotationSigning | None


def proposals_page(official: Official, query: Mapping[str, str], now: datetime) -> ProposalsPage:
    """All of the city; or (``state``) those that this official can approve now, or those signed by two and not sent."""
    asked = SHAPE.asked(query)
    few = {
        "mine": proposals.waiting_for(official, now, can_sign=bool(proposals.keys_in_force(official))),
        "signed": proposals.signed_and_not_sent(official.city_id, now),
    }
    counts = {"": proposals.proposals_of(official.city_id).count(), **{name: len(rows) for name, rows in few.items()}}
    wanted = asked.values.get("state", "")
    among = [each.pk for each in few[wanted]] if wanted else None
    found = proposals.proposals_of(official.city_id, among=among, by=asked.column, falling=asked.is_falling)
    pager = asked.pager(counts[wanted])
    return ProposalsPage(
        rows=[_row(each, now) for each in found[pager.rows]],
        heads=[
            asked.head("kind", Words("제안", "Proposal")),
            asked.head("who", Words("제안한 사람", "Proposed by")),
            asked.head("at", Words("제안한 때", "Proposed"), is_number=True),
        ],
        chips=[asked.chip("state", name, words, counts[name]) for name, words in FILTERS.items()],
        pager=pager,
        filter=wanted,
    )


def proposal_page(proposal: Proposal, official: Official, now: datetime) -> ProposalPage:
    """One proposal, as this official sees it."""
    programme, unsigned = proposal.kind == Proposal.Kind.PROGRAMME, proposal.kind in proposals.APPROVED_UNSIGNED
    facts = None if unsigned else proposals.facts_of(proposal)
    keys = [] if unsigned else proposals.keys_in_force(official)
    names = funder_names(proposal.city_id)
    signatures, state = proposals.signatures_of(proposal), state_words(proposals.state_of(proposal, now))
    is_mine = proposal.proposed_by_id == official.pk
    signed_by_me = any(each.official_id == official.pk for each in signatures)
    return ProposalPage(
        proposal=proposal,
        kind=KINDS[Proposal.Kind(proposal.kind)],
        state=state,
        signatures=signatures,
        is_mine=is_mine,
        is_open=state["name"] in ("open", "signed"),
        may_approve=state["name"] == "open" and not is_mine and not signed_by_me,
        signed_by_me=signed_by_me,
        can_sign=unsigned or bool(keys),
        in_force=addresses_of(keys),
        submission=proposal.decision.submission if proposal.decision else proposal.submission,
        plan=proposal.facts if programme else None,
        sentence=rule_in_words(proposals.rule_of(proposal), names) if programme else None,
        change=_changed(proposal, names, now) if proposal.kind == Proposal.Kind.CHANGE else (),
        unsigned=unsigned,
        signing=budget_signing(facts, proposals.why_of(proposal)) if isinstance(facts, BudgetFacts) else None,
        effect=_effect(proposal, facts, now) if isinstance(facts, BudgetFacts) else None,
        rotation=rotation_signing(facts, proposal.city_id) if isinstance(facts, RotationFacts) else None,
    )


def _changed(proposal: Proposal, names: Mapping[str, Words], now: datetime) -> list[Line]:
    """From what it was when it was proposed; beside new rules stand those of today."""
    was, change = proposal.facts["was"], proposals.change_of(proposal)
    last_day = day_of(was["last_day"] or "")
    rules = rules_in_words(programme_numbered(proposal.city_id, change.number), names, now)
    return changed_lines(was["cap"], last_day, change, names, rules)


def _row(proposal: Proposal, now: datetime) -> ProposalRow:
    return ProposalRow(
        number=proposal.pk,
        kind=KINDS[Proposal.Kind(proposal.kind)],
        proposed_by=proposal.proposed_by.person.username,
        proposed_at=proposal.proposed_at,
        state=state_words(proposals.state_of(proposal, now)),
    )


def _effect(proposal: Proposal, facts: BudgetFacts, now: datetime) -> BudgetEffect | None:
    """As the books are now, not as they were when it was proposed."""
    if proposal.status != proposals.OPEN:
        return None
    return standing_of(proposal.city_id, facts.year, now).effect(facts.cap)
