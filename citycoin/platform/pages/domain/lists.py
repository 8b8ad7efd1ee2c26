"""A long list and its URL: which rows were asked for, in which order, which page of them. No database.

The URL holds all of it, so a list can be sent to somebody, and "back" is back. What a URL says that the list doesn't know
counts as not said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlencode

from citycoin.foundation.bilingual import Words
from citycoin.foundation.kernel.text import whole_number

LARGEST_PAGE: Final = 10**6
LONGEST_TEXT: Final = 60
FALLING: Final = "-"
COLUMNS: Final = "columns"
JOINT: Final = "."

Direction = Literal["ascending", "descending", "none"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What may be asked of a list. ``sorts``: the columns it sorts by, the usual order first; ``-`` before it: falling.

    ``choices``: a filter's name with the values that it takes; ``texts``: fields that people type into. ``columns``: those that
    may be shown or not, in their order; all of them are unless the URL names some.
    """

    choices: Mapping[str, Collection[str]]
    sorts: Sequence[str] = ("",)
    texts: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows_a_page: int = 25

    def asked(self, query: Mapping[str, str]) -> Asked:
        """What a URL's query asks for."""
        values = {name: query[name] for name, known in self.choices.items() if query.get(name, "") in known}
        texts = {name: query.get(name, "").strip()[:LONGEST_TEXT] for name in self.texts}
        values[COLUMNS] = self.columns_said(query.get(COLUMNS, "").split(JOINT))
        columns = {each.removeprefix(FALLING) for each in self.sorts}
        sort = query.get("sort", "")
        return Asked(
            shape=self,
            values={name: value for name, value in {**texts, **values}.items() if value},
            sort=sort if sort.removeprefix(FALLING) in columns else self.sorts[0],
            page=whole_number(query.get("page", ""), most=LARGEST_PAGE) or 1,
        )

    def columns_said(self, columns: Collection[str]) -> str:
        """These of its columns as a URL says them; empty for all, and for none of them."""
        known = [each for each in self.columns if each in columns]
        return "" if len(known) == len(self.columns) else JOINT.join(known)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a list: the filters that are on, by name; the order; the page, counted from 1."""

    shape: Shape
    values: Mapping[str, str]
    sort: str
    page: int

    @property
    def column(self) -> str:
        """The column of the order."""
        return self.sort.removeprefix(FALLING)

    @property
    def is_falling(self) -> bool:
        """Whether the largest comes first."""
        return self.sort.startswith(FALLING)

    def url(self, **changed: str) -> str:
        """The same list with something changed, empty for what is taken away; from its first page, unless that is named."""
        said = {**self.values, "sort": "" if self.sort == self.shape.sorts[0] else self.sort, **changed}
        if said.get("sort") == self.shape.sorts[0]:
            said["sort"] = ""
        return "?" + urlencode({name: value for name, value in said.items() if value})

    def direction(self, column: str) -> Direction:
        """How the list is sorted by this column, as ``aria-sort`` says it."""
        if column != self.column:
            return "none"
        return "descending" if self.is_falling else "ascending"

    def head(self, column: str, words: Words, *, is_number: bool = False) -> Head:
        """The column's heading. Pressed, it sorts by it: text from its beginning, numbers from the largest, then the other way."""
        falls_first = is_number
        falls = not self.is_falling if column == self.column else falls_first
        sort = f"{FALLING if falls else ''}{column}"
        return Head(words, self.url(sort=sort), self.direction(column), is_number)

    def chip(self, name: str, value: str, words: Words, count: int | None = None) -> Chip:
        """One value of a filter as a link, with its exact count where that is known; the value that is on is marked. Empty means all."""
        return Chip(words, count, self.url(**{name: value}), self.values.get(name, "") == value)

    @property
    def columns(self) -> Sequence[str]:
        """Those that are shown, in their order."""
        said = self.values.get(COLUMNS, "")
        return said.split(JOINT) if said else self.shape.columns

    def column_chip(self, column: str, words: Words) -> Chip:
        """A column as a link that shows or hides it. The last one that is left brings all of them back."""
        shown = self.columns
        wanted = [each for each in shown if each != column] if column in shown else [*shown, column]
        return Chip(words, None, self.url(**{COLUMNS: self.shape.columns_said(wanted)}), column in shown)

    def pager(self, count: int) -> Pager:
        """Where in ``count`` rows the page is; a page beyond the last one is the last one."""
        size = self.shape.rows_a_page
        pages = max(1, -(-count // size))
        page = min(self.page, pages)
        return Pager(
            count=count,
            first=min(count, (page - 1) * size + 1),
            last=min(count, page * size),
            before=self.url(page=str(page - 1)) if page > 1 else "",
            after=self.url(page=str(page + 1)) if page < pages else "",
        )


@dataclass(frozen=True, slots=True)
class Head:
    """A heading of a column by which the list can be sorted (``components/sort_head.html``)."""

    words: Words
    url: str
    direction: Direction
    is_number: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A value of a filter, with how many rows it has (None: not counted)."""

    words: Words
    count: int | None
    url: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Pager:
    """Rows ``first`` to ``last`` of ``count``, counted from 1, and the pages before and after (``components/pager.html``)."""

    count: int
    first: int
    last: int
    before: str  # empty where there is none
    after: str

    @property
    def rows(self) -> slice:
        """The page's rows among all of them."""
        return slice(max(0, self.first - 1), self.last)
