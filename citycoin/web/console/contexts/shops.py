"""What the register of shops shows, and the applications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from citycoin.foundation.bilingual import Words
from citycoin.foundation.calendar_words import MONTHS
from citycoin.foundation.kernel.clock import KST, month_of
from citycoin.platform.accounts.domain.phones import masked
from citycoin.platform.accounts.models import Official
from citycoin.platform.accounts.queries import name_of
from citycoin.platform.cities.queries import districts_of
from citycoin.platform.exports.domain.tables import Cell, Column, Kind, Table
from citycoin.platform.pages.domain.lists import Asked, Chip, Head, Pager, Shape
from merchants.domain.businesses import Category
from merchants.doors.words import CATEGORY_WORDS
from merchants.models import Shop, ShopApplication
from merchants.queries import register
from merchants.queries.applications import decided_applications, waiting_applications
from merchants.queries.register import State, Wanted, views_of

DECIDED_SHOWN: Final = 20

# A state of a shop: what it is called, its tone, its icon.
STATES: Final[Mapping[State, tuple[Words, str, str]]] = {
    State.OPEN: (Words("영업 중", "Open"), "good", "check"),
    State.REGISTERING: (Words("체인에 등록 중", "Being registered"), "warning", "clock"),
    State.FROZEN: (Words("정지", "Frozen"), "bad", "stop"),
}
assert STATES.keys() == set(State), "every state has words"
COLUMNS: Final = ("district", "category", "since", "paid", "month", "state")
ALL: Final = Words("전체", "All")


@dataclass(frozen=True, slots=True)
class StateShown:
    """A shop's state as a badge."""

    words: Words
    tone: str
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRow:
    """A row of the register; ``month`` in won, net of refunds."""

    shop: Shop
    business_number: str
    category: Words
    state: StateShown
    last_paid: date | None
    month: int


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a filter offers, with how many shops have it."""

    value: str
    words: str
    count: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class View:
    """A view that the official has saved, as a link; ``is_on`` where it is what the page shows."""

    number: int
    name: str
    url: str
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPage:
    """The shops that the URL asks for, and what else it may ask. ``query``: the same question, for the file of the rows."""

    rows: Sequence[ShopRow]
    heads: Mapping[str, Head]  # by column: of those that are shown and sorted by
    columns: Sequence[Chip]  # links that show or hide one
    views: Sequence[View]
    view_name: str  # as it was typed
    orders: Sequence[tuple[str, Words]]  # what a narrow screen, which has no heads, sorts by
    chips: Sequence[Chip]
    districts: Sequence[Option]
    categories: Sequence[Option]
    pager: Pager
    asked: Asked
    query: str
    waiting: int  # applications


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationsPage:
    """Applications that wait, each with its applicant's masked name and its category, and the last decisions."""

    waiting: Sequence[tuple[ShopApplication, str, Words]]
    decided: Sequence[ShopApplication]


def register_page(official: Official, query: Mapping[str, str], now: datetime, *, view_name: str = "") -> RegisterPage:
    """The register of the official's city, as a URL asks for it; ``view_name``: what was typed to save it under."""
    asked, wanted = _asked(official, query)
    counts, month = register.counts(official.city_id, wanted), month_of(now)
    rows = register.shops_wanted(official.city_id, wanted)
    pager = asked.pager(counts.states[wanted.state])
    found = register.sorted_with_sums(rows, by=asked.column, falling=asked.is_falling, month=month)[pager.rows]
    named = {each.name_ko: each for each in districts_of(official.city)}
    return RegisterPage(
        rows=[_row(each) for each in found],
        heads=_heads(asked, month),
        columns=[asked.column_chip(name, words) for name, (words, _) in _columns(month).items()],
        views=[View(each.pk, each.name, each.query or "?", each.query == asked.url()) for each in views_of(official)],
        view_name=view_name,
        orders=_orders(asked, month),
        chips=[
            asked.chip("state", state, words, counts.states[state])
            for state, words in [("", ALL), *((each.value, shown[0]) for each, shown in STATES.items())]
        ],
        districts=[
            Option(each, str(Words(each, named[each].name_en if each in named else each)), n, wanted.district == each)
            for each, n in counts.districts.items()
        ],
        categories=[
            Option(each.value, str(words), counts.categories.get(each, 0), wanted.category == each)
            for each, words in CATEGORY_WORDS.items()
            if counts.categories.get(each) or wanted.category == each
        ],
        pager=pager,
        asked=asked,
        query=asked.url(),
        waiting=waiting_applications(official.city_id).count(),
    )


def register_file(official: Official, query: Mapping[str, str], now: datetime) -> Table:
    """The same rows as the page's, all of them, as a table to take along."""
    asked, wanted = _asked(official, query)
    month = month_of(now)
    rows = register.sorted_with_sums(
        register.shops_wanted(official.city_id, wanted), by=asked.column, falling=asked.is_falling, month=month
    )
    return Table(
        title=Words("{city} 가게 등록부", "{city} register of shops").filled(
            city=Words(official.city.name_ko, official.city.name_en)
        ),
        columns=[
            Column(Words("상호", "Name in Korean")),
            Column(Words("영어 상호", "Name in English")),
            Column(Words("사업자등록번호", "Business number")),
            Column(Words("지역", "District")),
            Column(Words("업종", "Category")),
            Column(Words("등록일", "Registered"), Kind.DAY),
            Column(Words("상태", "State")),
            Column(Words("마지막 결제", "Last paid"), Kind.DAY),
            Column(_month_words(month), Kind.WON),
        ],
        rows=_lines(_row(each) for each in rows.iterator()),
        lines=[Words("확정된 결제에서 취소를 뺀 금액", "Settled payments less refunds")],
        size=rows.count,
    )


def applications_page(official: Official) -> ApplicationsPage:
    """The applications of the official's city."""
    return ApplicationsPage(
        waiting=[
            (each, masked(name) if (name := name_of(each.applicant)) else "", CATEGORY_WORDS[Category(each.category)])
            for each in waiting_applications(official.city_id)
        ],
        decided=list(decided_applications(official.city_id)[:DECIDED_SHOWN]),
    )


def _asked(official: Official, query: Mapping[str, str]) -> tuple[Asked, Wanted]:
    districts = register.counts(official.city_id, Wanted()).districts
    shape = Shape(
        sorts=("name", *(each for each in register.ORDERS if each != "name")),
        choices={"state": [*State], "district": districts, "category": [*Category]},
        texts=("q",),
        columns=COLUMNS,
    )
    asked = shape.asked(query)
    said = asked.values
    return asked, Wanted(
        text=said.get("q", ""),
        district=said.get("district", ""),
        category=said.get("category", ""),
        state=said.get("state", ""),
    )


def view_query(official: Official, query: Mapping[str, str]) -> str:
    """What a view keeps of a URL: all that it asks of the register but the page."""
    asked, _ = _asked(official, query)
    return asked.url()


def _columns(month: date) -> Mapping[str, tuple[Words, bool]]:
    """The columns that may be hidden: what each is called, and whether it holds numbers."""
    return {
        "district": (Words("지역", "District"), False),
        "category": (Words("업종", "Category"), False),
        "since": (Words("등록일", "Registered"), False),
        "paid": (Words("마지막 결제", "Last paid"), True),
        "month": (_month_words(month), True),
        "state": (Words("상태", "State"), False),
    }


def _heads(asked: Asked, month: date) -> dict[str, Head]:
    heads = {
        name: asked.head(name, words, is_number=is_number)
        for name, (words, is_number) in _columns(month).items()
        if name in asked.columns and name in register.ORDERS
    }
    return {"name": asked.head("name", Words("가게", "Shop")), **heads}


def _orders(asked: Asked, month: date) -> list[tuple[str, Words]]:
    usual = [
        ("name", Words("상호", "Name")),
        ("-month", _month_words(month)),
        ("-paid", Words("마지막 결제", "Last paid")),
        ("-since", Words("최근 등록", "Newest")),
        ("district", Words("지역", "District")),
        ("category", Words("업종", "Category")),
    ]
    # An order that only a head has is kept, too.
    return usual if asked.sort in dict(usual) else [(asked.sort, Words("지금 순서", "As it is")), *usual]


def _row(shop: Shop) -> ShopRow:
    """Of a shop that ``sorted_with_sums`` gave its sums."""
    return ShopRow(
        shop=shop,
        business_number=hyphened(shop.business_number),
        category=CATEGORY_WORDS[Category(shop.category)],
        state=StateShown(*STATES[register.state_of(shop)]),
        last_paid=shop.last_paid,  # type: ignore[attr-defined]
        month=shop.month_net,  # type: ignore[attr-defined]
    )


def _lines(rows: Iterator[ShopRow]) -> Iterator[Sequence[Cell]]:
    for row in rows:
        shop = row.shop
        yield (
            shop.name_ko,
            shop.name_en,
            row.business_number,
            shop.district,
            str(row.category),
            shop.opened_at.astimezone(KST).date(),
            str(row.state.words),
            row.last_paid,
            row.month,
        )


def _month_words(month: date) -> Words:
    return Words("{month} 받은 돈", "Taken in {month}").filled(month=MONTHS[month.month - 1])


def hyphened(number: str) -> str:
    """A business number as it is written."""
    return f"{number[:3]}-{number[3:5]}-{number[5:]}"
