"""A list and its URL: what may be asked, and that each link asks for one thing more."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation.bilingual import Words
from citycoin.platform.pages.domain.lists import Shape

SHAPE = Shape(choices={"state": ["open", "frozen"]}, sorts=("name", "month"), texts=("q",), rows_a_page=10)
ANY = Words("전체", "All")


def query(url):
    return dict(parse_qsl(url.removeprefix("?")))


@pytest.mark.parametrize(
    "asked", [{}, {"state": "sold"}, {"sort": "-price"}, {"page": "-1"}, {"page": "x"}, {"q": "  "}]
)
def test_list_asked_for_something_unknown_shows_as_if_nothing_was_asked(asked):
    found = SHAPE.asked(asked)

    assert (dict(found.values), found.sort, found.page, found.url()) == ({}, "name", 1, "?")


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "state": st.sampled_from(["open", "frozen"]),
            "q": st.text(st.characters(categories=("L", "N")), min_size=1, max_size=60),
            "sort": st.sampled_from(["-name", "month", "-month"]),
        },
    )
)
def test_list_asked_by_its_own_url_is_the_same_list(asked):
    found = SHAPE.asked(asked)

    assert query(found.url()) == asked
    assert SHAPE.asked(query(found.url())) == found


def test_list_link_that_changes_a_filter_keeps_the_others_and_begins_at_the_first_page():
    found = SHAPE.asked({"state": "open", "q": "국밥", "sort": "-month", "page": "3"})

    assert query(found.url(state="frozen")) == {"state": "frozen", "q": "국밥", "sort": "-month"}
    assert query(found.chip("state", "", ANY, 7).url) == {"q": "국밥", "sort": "-month"}
    assert [found.chip("state", each, ANY, 1).is_on for each in ("", "open", "frozen")] == [False, True, False]


def test_list_head_sorts_numbers_from_the_largest_and_text_from_its_beginning_then_the_other_way():
    by_name = SHAPE.asked({})
    by_month = SHAPE.asked(query(by_name.head("month", ANY, is_number=True).url))

    assert (by_month.sort, by_month.head("month", ANY, is_number=True).direction) == ("-month", "descending")
    assert query(by_month.head("month", ANY, is_number=True).url) == {"sort": "month"}
    assert (by_name.head("name", ANY).direction, query(by_name.head("name", ANY).url)) == (
        "ascending",
        {"sort": "-name"},
    )
    assert by_month.head("name", ANY).direction == "none"


@given(count=st.integers(0, 10**6), page=st.integers(1, 10**6))
def test_list_page_lies_within_its_rows_and_leads_to_those_beside_it(count, page):
    pager = SHAPE.asked({"page": str(page)}).pager(count)

    assert 0 <= pager.first <= pager.last <= count
    assert (pager.rows.start, pager.rows.stop) == (max(0, pager.first - 1), pager.last)
    assert pager.last - pager.rows.start == min(10, count - pager.rows.start)
    assert bool(pager.after) == (pager.last < count)
    assert bool(pager.before) == (pager.first > 1)


def test_list_page_beyond_the_last_one_is_the_last_one():
    pager = SHAPE.asked({"page": "9", "q": "국밥"}).pager(21)

    assert (pager.first, pager.last, pager.after) == (21, 21, "")
    assert query(pager.before) == {"q": "국밥", "page": "2"}
