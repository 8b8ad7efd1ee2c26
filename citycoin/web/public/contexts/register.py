"""The public register as a page, as a table to download, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.errors import Malformed
from citycoin.foundation.kernel.text import day_of, whole_number
from citycoin.money.issuance.queries.register import (
    ISSUE,
    KINDS,
    OPEN,
    Basis,
    Entry,
    Window,
    entry_of,
    page_of,
    register,
)
from citycoin.platform.cities.models import City
from citycoin.platform.exports.domain.tables import Column, Kind, Table

ON_A_PAGE: Final = 30
IN_AN_ANSWER: Final = 200
# Who wants more takes the file, which is read once from its beginning.
LAST_PAGE: Final = 200
STATES: Final = {
    "final": Words("체인에서 확정", "Final on the chain"),
    "under_way": Words("체인에 올리는 중", "On its way to the chain"),
    "refused": Words("계약이 받아들이지 않음", "Not accepted by the contract"),
    "on": Words("지금 멈춰 있음", "In force now"),
}


class FilterWrong(Malformed):
    """The address asks for a kind, a day or a page that there isn't; ``details.fields`` names each."""

    code = "filter_wrong"
    ko = "주소의 조건을 읽을 수 없어요. 종류와 날짜(2026-11-29)를 확인해 주세요."
    en = "The filter in the address can't be read. Please check the kind and the days (2026-11-29)."


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the register is asked for; it is the address' query, so every view has a stable address."""

    kind: str = ""
    since: date | None = None
    until: date | None = None  # the last day that counts
    page: int = 1

    @classmethod
    def of(cls, kind: str, since: str, until: str, page: str) -> Filter:
        """Of what the address says; empty is open. Raises FilterWrong."""
        first, last, number = day_of(since), day_of(until), whole_number(page or "1", most=LAST_PAGE)
        wrong = [
            name
            for name, is_wrong in (
                ("kind", kind and kind not in KINDS),
                ("since", since and first is None),
                ("until", until and last is None),
                ("page", not number),
            )
            if is_wrong
        ]
        if wrong or number is None:
            raise FilterWrong(fields=wrong)
        return cls(kind, first, last, number)

    @property
    def window(self) -> Window:
        """In moments of Seoul."""
        if not (self.since or self.until):
            return OPEN
        return Window(_midnight(self.since), _midnight(self.until + timedelta(days=1)) if self.until else None)

    def query(self, **changed: object) -> str:
        """The filter as an address says it, with what is changed; ``page=2``. Empty where nothing is filtered."""
        said = {"kind": self.kind, "since": self.since or "", "until": self.until or "", "page": 1} | changed
        return urlencode({name: value for name, value in said.items() if value and (name, value) != ("page", 1)})


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    """A page of the register, the chips and links around it, and the words of its states."""

    city: City
    asked: Filter
    rows: Sequence[tuple[Entry, Words]]
    kinds: Sequence[tuple[str, Words, str]]  # key, words, query
    download: str  # the filter without its page
    newer: str | None  # queries
    older: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """One entry with all that is published of it. ``address``: the one under which it lasts; ``programme``: the code of its own."""

    city: City
    entry: Entry
    kind: Words
    state: Words
    address: str
    programme: str | None


def entry_page(city: City, code: str) -> EntryPage:
    """The entry of this code. Raises EntryUnknown."""
    entry = entry_of(city.pk, code)
    number = entry.details.get("programme") if entry.kind == ISSUE else None
    return EntryPage(
        city=city,
        entry=entry,
        kind=KINDS[entry.kind],
        state=STATES[entry.state],
        address=address_of(city, entry),
        programme=f"P-{number}" if number else None,
    )


def address_of(city: City, entry: Entry) -> str:
    """The address of the entry's own page, for good."""
    return f"{settings.PUBLIC_URL}{reverse('register-entry', args=[city.slug, entry.code])}"


def register_page(city: City, asked: Filter) -> RegisterPage:
    """The page that is asked for."""
    found, more = page_of(_entries(city, asked), number=asked.page, size=ON_A_PAGE)
    return RegisterPage(
        city=city,
        asked=asked,
        rows=[(each, STATES[each.state]) for each in found],
        kinds=[
            ("", Words("전체", "All"), asked.query(kind="")),
            *((key, words, asked.query(kind=key)) for key, words in KINDS.items()),
        ],
        download=asked.query(),
        newer=asked.query(page=asked.page - 1) if asked.page > 1 else None,
        older=asked.query(page=asked.page + 1) if more and asked.page < LAST_PAGE else None,
    )


def register_table(city: City, asked: Filter) -> Table:
    """All that the filter lets through, as rows of a file."""
    return Table(
        title=Words("{city} 발행과 결정", "Issues and decisions of {city}").filled(
        city=Words(city.name_ko, city.name_en)
    ),
        columns=[
            Column(Words("번호", "Code")),
            Column(Words("때", "When"), Kind.MOMENT),
            Column(Words("종류", "Kind")),
            Column(Words("무엇을", "What")),
            Column(Words("금액", "Amount"), Kind.WON),
            Column(Words("까닭", "Purpose")),
            Column(Words("법적 근거", "Legal basis")),
            Column(Words("누가", "Who")),
            Column(Words("상태", "State")),
            Column(Words("체인 거래", "Transaction")),
            Column(Words("주소", "Address")),
        ],
        rows=(
            (
                each.code, each.at, str(KINDS[each.kind]), str(each.what), each.amount, each.purpose, each.legal_basis,
                str(each.by), str(STATES[each.state]), each.tx_hash, address_of(city, each),
            )
            for each in _entries(city, asked)
        ),
    )  # fmt: skip


def register_json(city: City, asked: Filter) -> dict[str, Any]:
    """As machines read it: 200 entries, and the query of the next ones, or null."""
    found, more = page_of(_entries(city, asked), number=asked.page, size=IN_AN_ANSWER)
    return {
        "city": city.slug,
        "unit": "won",
        "entries": [_as_json(city, each) for each in found],
        "next": asked.query(page=asked.page + 1) if more and asked.page < LAST_PAGE else None,
    }


def _as_json(city: City, entry: Entry) -> dict[str, Any]:
    return {
        "code": entry.code,
        "address": address_of(city, entry),
        "kind": entry.kind,
        "at": entry.at.astimezone(KST).isoformat(),
        "what": {"ko": entry.what.ko, "en": entry.what.en},
        "amount": entry.amount,
        "purpose": entry.purpose,
        "legal_basis": entry.legal_basis,
        "basis": _basis(entry.basis),
        "by": {"ko": entry.by.ko, "en": entry.by.en},
        "state": entry.state,
        "transaction": entry.tx_hash or None,
        "block": entry.block,
        "proposed_at": _said(entry.proposed_at),
        "approved_at": _said(entry.approved_at),
        "details": entry.details,
    }


def _basis(basis: Basis | None) -> dict[str, Any] | None:
    if basis is None:
        return None
    return {"published": basis.published, "on_chain": basis.on_chain, "agrees": basis.agrees}


def _entries(city: City, asked: Filter) -> Iterator[Entry]:
    return register(city.pk, kinds=[asked.kind] if asked.kind else KINDS, window=asked.window)


def _said(moment: datetime | None) -> str | None:
    return moment.astimezone(KST).isoformat() if moment else None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), KST) if day else None
