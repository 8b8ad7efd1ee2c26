"""The public register: each issue and each decision of a city, with why, how much, when, and the transaction that carried it.

It names offices and no person: an official's name is in the audit log, which officials read.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple, TypeVar

from django.db.models import Model, Prefetch, QuerySet, Sum

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.errors import NotFound
from citycoin.money.issuance.domain.justification import Justification
from citycoin.money.issuance.models import Decision, Issue, Programme, Proposal
from citycoin.money.issuance.queries.proposals import change_state, decision_state
from wallets.models import Movement, Stop, Wallet

Row = TypeVar("Row", bound=Model)
LONGEST_CODE: Final = 40
ISSUE: Final = "issue"
GONE: Final = "gone"
BUDGET: Final = "budget"
PROGRAMME: Final = "programme"
CHANGE: Final = "change"
KEYS: Final = "keys"
MATRIX: Final = "matrix"
STOP: Final = "stop"
KINDS: Final = {
    ISSUE: Words("발행", "Issues"),
    GONE: Words("소멸", "Gone"),
    BUDGET: Words("예산", "Budgets"),
    PROGRAMME: Words("사업", "Programmes"),
    CHANGE: Words("사업 변경", "Changes of programmes"),
    KEYS: Words("서명 열쇠", "Signing keys"),
    MATRIX: Words("결제 허용표", "Who may pay whom"),
    STOP: Words("긴급 정지", "Emergency stops"),
}
# What a code of each kind begins with; the number after it is the row's own and never given twice.
LETTERS: Final = {
    "I": (ISSUE,),
    "G": (GONE,),
    "D": (BUDGET, KEYS, MATRIX),
    "P": (PROGRAMME,),
    "C": (CHANGE,),
    "S": (STOP,),
}
CODE: Final = re.compile(f"([{''.join(LETTERS)}])-([1-9][0-9]{{0,17}})")
# What people decided; issues follow from rules, and are many.
DECIDED: Final = (BUDGET, PROGRAMME, CHANGE, KEYS, MATRIX, STOP)
TWO: Final = Words("담당 공무원 1명이 제안, 다른 1명이 승인", "Proposed by one official, approved by another")
OUTSIDE: Final = Words("담당 공무원의 열쇠 2개로 서명", "Signed with two officials' keys")
FOUNDED: Final = Words("도시를 세울 때 도시 파일로", "When the city was founded, by its file")
BY_RULE: Final = Words("승인된 사업의 규칙에 따라 자동으로", "By the rules of an approved programme")
BY_HOLDER: Final = Words("가진 사람이나 규칙에 따라", "By whoever held them, or by a rule")
ONE_STOPS: Final = Words("담당 공무원 1명이 멈춤", "Stopped by one official")
STOP_ENDED: Final = Words("담당 공무원 1명이 멈추고, 다른 1명이 검토", "Stopped by one official, reviewed by another")


class EntryUnknown(NotFound):
    """The city's register has no entry of this code."""

    code = "entry_unknown"
    ko = "발행과 결정에 그런 번호가 없어요. 번호를 확인하거나 목록에서 찾아 주세요."
    en = "The register has no entry with this code. Please check the code, or look for it in the list."


class Window(NamedTuple):
    """From ``since`` to before ``until``; None is open. ``number``: the one that its code says, or None for all."""

    since: datetime | None = None
    until: datetime | None = None
    number: int | None = None


OPEN: Final = Window()


@dataclass(frozen=True, slots=True)
class Basis:
    """The hash of why a budget is: of what is published here, and as the chain has it."""

    published: str
    on_chain: str

    @property
    def agrees(self) -> bool:
        """Whether what is published is what two officials signed."""
        return self.published == self.on_chain


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. ``code`` names it for good; ``amount`` in won: issued, gone, or the new cap; None where it is about no sum.

    ``state``: ``final``, ``under_way`` or ``refused`` by the contract; a stop is ``on`` or ``final``. ``block``: of the
    transaction, once it is in one. ``proposed_at``, ``approved_at``: of a proposal in the console. ``basis``: of a budget
    that is final.
    """

    code: str
    kind: str
    at: datetime
    what: Words
    by: Words
    amount: int | None = None
    purpose: str = ""
    legal_basis: str = ""
    state: str = "final"
    tx_hash: str = ""
    block: int | None = None
    proposed_at: datetime | None = None
    approved_at: datetime | None = None
    basis: Basis | None = None
    details: dict[str, object] = field(default_factory=dict)


def register(city_id: int, *, kinds: Iterable[str] = KINDS, window: Window = OPEN) -> Iterator[Entry]:
    """The city's entries of these kinds, newest first. Rows are read as far as they are asked for."""
    return heapq.merge(*(SOURCES[each](city_id, window) for each in kinds), key=lambda entry: entry.at, reverse=True)


def entry_of(city_id: int, code: str) -> Entry:
    """The city's entry of this code. Raises EntryUnknown."""
    said = CODE.fullmatch(code)
    window = Window(number=int(said[2])) if said else OPEN
    found = next(register(city_id, kinds=LETTERS[said[1]], window=window), None) if said else None
    if found is None:
        raise EntryUnknown(code=code[:LONGEST_CODE])
    return found


def page_of(entries: Iterable[Entry], *, number: int, size: int) -> tuple[list[Entry], bool]:
    """The page with this number (from 1), and whether another follows."""
    found = list(islice(entries, (number - 1) * size, number * size + 1))
    return found[:size], len(found) > size


def _within(rows: QuerySet[Row], window: Window, at: str, number: str = "pk") -> QuerySet[Row]:
    if window.number is not None:
        rows = rows.filter(**{number: window.number})
    if window.since:
        rows = rows.filter(**{f"{at}__gte": window.since})
    if window.until:
        rows = rows.filter(**{f"{at}__lt": window.until})
    return rows.order_by(f"-{at}", "-pk")


def _issues(city_id: int, window: Window) -> Iterator[Entry]:
    rows = Issue.objects.filter(programme__city_id=city_id, ended_at__isnull=False)
    rows = rows.select_related("programme", "submission").annotate(won=Sum("top_ups__amount", default=0)).exclude(won=0)
    for row in _within(rows, window, "ended_at").iterator(chunk_size=200):
        assert row.ended_at is not None, "only those that ended are asked for"
        programme = row.programme
        yield Entry(
            code=f"I-{row.pk}",
            kind=ISSUE,
            at=row.ended_at,
            what=Words("{programme} 발행", "Issued for {programme}").filled(
                programme=Words(programme.name_ko, programme.name_en)
            ),
            by=BY_RULE,
            amount=row.won,
            tx_hash=row.submission.tx_hash,
            block=row.submission.block_number,
            details={"programme": programme.number},
        )


def _gone(city_id: int, window: Window) -> Iterator[Entry]:
    rows = Movement.objects.filter(city_id=city_id, target__kind=Wallet.Kind.ISSUANCE)
    for row in _within(rows, window, "at").iterator(chunk_size=200):
        yield Entry(
            code=f"G-{row.pk}",
            kind=GONE,
            at=row.at,
            what=GONE_WORDS.get(row.reason, GONE_WORDS[Movement.Reason.UNEXPLAINED]),
            by=BY_HOLDER,
            amount=row.amount,
            tx_hash=row.tx_hash,
            block=row.block_number,
            details={"reason": row.reason},
        )


GONE_WORDS: Final[dict[str, Words]] = {
    Movement.Reason.CANCELLATION: Words("충전을 물러 소각", "Burned: a top-up taken back"),
    Movement.Reason.REDEMPTION: Words("가게에 입금하고 소각", "Burned: paid out to a shop"),
    Movement.Reason.LAPSE: Words("기한이 지나 소각", "Burned: lapsed"),
    Movement.Reason.UNEXPLAINED: Words("까닭을 확인하고 있는 소각", "Burned; the reason is being looked into"),
}


def _decisions(kind: Decision.Kind) -> Callable[[int, Window], Iterator[Entry]]:
    def read(city_id: int, window: Window) -> Iterator[Entry]:
        proposals = Prefetch("proposals", Proposal.objects.order_by("pk"))
        rows = Decision.objects.filter(city_id=city_id, kind=kind).select_related("submission")
        for row in _within(rows.prefetch_related(proposals), window, "received_at").iterator(chunk_size=200):
            yield _decision(row)

    return read


def _decision(row: Decision) -> Entry:
    proposal = next(iter(row.proposals.all()), None)
    kind, facts = OF_DECISION[row.kind], row.facts
    year = facts.get("year", "")
    return Entry(
        code=f"D-{row.pk}",
        kind=kind,
        at=row.received_at,
        what={
            BUDGET: Words("{year}년 발행 한도를 정함", "The cap of {year}").filled(year=year),
            KEYS: Words("담당 공무원의 서명 열쇠를 바꿈", "An official's signing key replaced"),
            MATRIX: Words("누가 누구에게 결제할 수 있는지 정함", "Who may pay whom"),
        }[kind],
        by=TWO if proposal else OUTSIDE,
        amount=facts["cap"] if kind == BUDGET else None,
        purpose=row.purpose,
        legal_basis=row.legal_basis,
        basis=Basis(Justification(row.purpose, row.legal_basis).basis, row.basis_on_chain)
        if row.basis_on_chain
        else None,
        state={"final": "final", "reverted": "refused"}.get(decision_state(row), "under_way"),
        tx_hash=row.submission.tx_hash if row.submission else "",
        block=row.submission.block_number if row.submission else None,
        proposed_at=proposal.proposed_at if proposal else None,
        approved_at=proposal.decided_at if proposal else None,
        details={name: value for name, value in facts.items() if name in {"year", "version", "kinds_allowed"}},
    )


def _programmes(city_id: int, window: Window) -> Iterator[Entry]:
    approved = Proposal.objects.filter(city_id=city_id, kind=Proposal.Kind.PROGRAMME, status=Proposal.Status.APPROVED)
    proposed = {each.facts.get("number"): each for each in approved}
    rows = Programme.objects.filter(city_id=city_id).select_related("submission")
    for row in _within(rows, window, "submission__signed_at", "number").iterator(chunk_size=200):
        proposal = proposed.get(row.number)
        yield Entry(
            code=f"P-{row.number}",
            kind=PROGRAMME,
            at=row.submission.signed_at,
            what=Words("{programme} 사업을 엶", "The programme {programme} opened").filled(
                programme=Words(row.name_ko, row.name_en)
            ),
            by=TWO if proposal else FOUNDED,
            amount=row.cap,
            purpose=proposal.purpose if proposal else "",
            legal_basis=proposal.legal_basis if proposal else "",
            state="final" if row.open_at else "under_way",
            tx_hash=row.submission.tx_hash,
            block=row.submission.block_number,
            proposed_at=proposal.proposed_at if proposal else None,
            approved_at=proposal.decided_at if proposal else None,
            details={"programme": row.number, "year": row.year},
        )


def _changes(city_id: int, window: Window) -> Iterator[Entry]:
    rows = Proposal.objects.filter(city_id=city_id, kind=Proposal.Kind.CHANGE, status=Proposal.Status.APPROVED)
    for row in _within(rows.select_related("submission"), window, "decided_at").iterator(chunk_size=200):
        assert row.decided_at is not None, "it is approved"
        facts, carried = row.facts, row.submission
        yield Entry(
            code=f"C-{row.pk}",
            kind=CHANGE,
            at=row.decided_at,
            what=_changed(facts).filled(programme=Words(facts["name_ko"], facts["name_en"])),
            by=TWO,
            amount=facts["cap"],
            purpose=row.purpose,
            legal_basis=row.legal_basis,
            state={"final": "final", "reverted": "refused"}.get(change_state(row), "under_way"),
            tx_hash=carried.tx_hash if carried else "",
            block=carried.block_number if carried else None,
            proposed_at=row.proposed_at,
            approved_at=row.decided_at,
            details={
                "programme": facts["number"],
                "was": facts["was"],
                "last_day": facts["last_day"],
                "rule": facts["rule"],
            },
        )


def _changed(facts: dict[str, Any]) -> Words:
    """What it changed: one thing by its name, several together."""
    changed = [
        facts["cap"] != facts["was"]["cap"],
        facts["last_day"] != facts["was"]["last_day"],
        facts["rule"] is not None,
    ]
    return {
        (True, False, False): Words("{programme} 사업의 한도를 바꿈", "The cap of {programme} changed"),
        (False, True, False): Words("{programme} 사업의 마지막 날을 바꿈", "The last day of {programme} changed"),
        (False, False, True): Words("{programme} 사업의 규칙을 바꿈", "The rules of {programme} changed"),
    }.get(
        (changed[0], changed[1], changed[2]),
        Words("{programme} 사업의 내용을 바꿈", "What {programme} is was changed"),
    )


def _stops(city_id: int, window: Window) -> Iterator[Entry]:
    rows = Stop.objects.filter(city_id=city_id)
    for row in _within(rows, window, "stopped_at").iterator(chunk_size=200):
        yield Entry(
            code=f"S-{row.pk}",
            kind=STOP,
            at=row.stopped_at,
            what=Words("도시의 결제를 모두 멈춤", "All payments of the city stopped"),
            by=STOP_ENDED if row.reviewed_at else ONE_STOPS,
            purpose="",  # the reason is written for colleagues, who may name somebody in it
            state="final" if row.ended_at else "on",
        )


OF_DECISION: Final[dict[str, str]] = {
    Decision.Kind.BUDGET: BUDGET,
    Decision.Kind.ROTATION: KEYS,
    Decision.Kind.KINDS: MATRIX,
}
SOURCES: Final[dict[str, Callable[[int, Window], Iterator[Entry]]]] = {
    ISSUE: _issues,
    GONE: _gone,
    BUDGET: _decisions(Decision.Kind.BUDGET),
    PROGRAMME: _programmes,
    CHANGE: _changes,
    KEYS: _decisions(Decision.Kind.ROTATION),
    MATRIX: _decisions(Decision.Kind.KINDS),
    STOP: _stops,
}
assert SOURCES.keys() == KINDS.keys(), "every kind is read somewhere"
