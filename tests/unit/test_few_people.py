"""The rule of five: no hidden sum can be computed from what is shown and the sum of all, however few groups there are."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from citycoin.foundation.kernel.few_people import FEWEST_SHOWN, Group, shown

people = st.integers(0, 12)
groups = st.dictionaries(st.integers(0, 9), st.builds(Group, st.integers(-50, 10**6), people), max_size=9).map(
    lambda some: {name: each for name, each in some.items() if each.people or each.won}
)


@given(groups)
def test_no_group_of_fewer_than_five_is_shown(some):
    said = shown(some)

    assert said.keys() == some.keys()
    assert [
        some[name].people for name, won in said.items() if won is not None and some[name].people < FEWEST_SHOWN
    ] == []
    assert all(won in (None, some[name].won) for name, won in said.items())


@given(groups)
@example({0: Group(7, 1), 1: Group(9, 5), 2: Group(9, 8)})
@example({0: Group(7, 1), 1: Group(0, 5), 2: Group(0, 5)})
@example({0: Group(0, 1), 1: Group(3, 9)})
@example({0: Group(0, 1), 1: Group(0, 9), 2: Group(3, 9)})
@example({0: Group(-1, 1), 1: Group(-1, 1)})
def test_no_hidden_sum_follows_from_the_shown_ones_and_the_sum_of_all(some):
    """For each there is another table that publishes the very same, with another sum in its place; nothing is below
    zero where nothing was before. A city of one group publishes it as the sum of all, and one without a won has nothing to hide.
    """
    said = shown(some)
    hidden = {name: some[name].won for name, won in said.items() if won is None}
    if len(some) == 1 or not any(each.won for each in some.values()):
        return

    for name, won in hidden.items():
        other = another(hidden, name)
        assert other.keys() == hidden.keys()
        assert sum(other.values()) == sum(hidden.values())
        assert other[name] != won
        assert min(hidden.values()) < 0 or min(other.values()) >= 0


def another(hidden: dict[int, int], name: int) -> dict[int, int]:
    """The same sum in all, and another one of this name: a won goes from it to another, or comes from the largest."""
    others = {each: won for each, won in hidden.items() if each != name}
    assert others, "hidden alone, it is what is left of the sum of all"
    largest = max(others, key=others.__getitem__)
    step = 1 if hidden[name] <= 0 else -1
    return hidden | {name: hidden[name] + step, largest: hidden[largest] - step}


@given(groups)
def test_what_is_left_is_of_five_people_at_least_so_it_says_nothing_of_fewer(some):
    said = shown(some)
    hidden = [name for name, won in said.items() if won is None]
    few = [name for name in hidden if some[name].is_few]

    assert len(hidden) - len(few) <= 1 or all(not each.won for name, each in some.items() if name not in few)
    assert not few or len(few) == len(hidden) or max(some[name].people for name in hidden) >= FEWEST_SHOWN


@given(groups.filter(lambda some: all(each.people >= FEWEST_SHOWN for each in some.values())))
def test_nothing_is_hidden_where_all_are_of_five_people_or_more(some):
    assert shown(some) == {name: each.won for name, each in some.items()}


@pytest.mark.parametrize(
    ("some", "hidden"),
    [
        ({"a": Group(10, 4), "b": Group(500, 9), "c": Group(90, 5)}, {"a", "c"}),
        ({"a": Group(10, 4), "b": Group(500, 9)}, {"a", "b"}),
        ({"a": Group(10, 4)}, {"a"}),
        ({"a": Group(-10, 0), "b": Group(5, 6), "c": Group(6, 6)}, {"a", "b"}),
        ({"a": Group(0, 0), "b": Group(5, 6)}, set()),
    ],
)
def test_smallest_of_the_others_is_hidden_with_them(some, hidden):
    assert {name for name, won in shown(some).items() if won is None} == hidden
