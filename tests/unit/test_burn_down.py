"""How a year's cap goes down, and the day on which none is left."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from citycoin.money.issuance.domain.burn_down import BudgetAlertTerms, burn_down, reached_on

SHARES = st.lists(st.integers(1, 100), min_size=1, max_size=5, unique=True).map(sorted)
TODAY = date(2026, 11, 30)
DAY = timedelta(days=1)


def back(days: int) -> date:
    return TODAY - DAY * days


def test_budget_of_which_ten_are_issued_each_day_ends_after_as_many_days_as_tens_are_left():
    found = burn_down(1_000, {back(each): 10 for each in range(28)}, TODAY)

    assert found.left[0] == (back(28), 1_000)
    assert found.left[-1] == (TODAY, 720)
    assert (found.a_day, found.ends, found.earliest, found.latest) == (10, *[TODAY + DAY * 72] * 3)
    assert found.at_year_end == 720 - 31 * 10


def test_budget_ends_earlier_by_the_quickest_week_and_later_by_the_slowest():
    issued = {back(each): 20 if each < 7 else 5 for each in range(28)}

    found = burn_down(10_000, issued, TODAY)

    assert found.earliest is not None
    assert found.latest is not None
    assert found.ends is not None
    assert found.earliest < found.ends < found.latest


def test_budget_with_a_week_without_issues_may_never_end():
    found = burn_down(1_000, {back(each): 10 for each in range(7)} | {back(27): 1}, TODAY)

    assert (found.ends is None, found.earliest is None, found.latest) == (False, False, None)


def test_budget_of_which_nothing_was_issued_has_no_end():
    found = burn_down(1_000, {}, TODAY)

    assert (found.a_day, found.ends, found.earliest, found.latest, found.at_year_end) == (0, None, None, None, 1_000)
    assert found.left[-1] == (TODAY, 1_000)


def test_pace_of_a_budget_whose_first_issue_is_days_ago_is_of_those_days():
    found = burn_down(1_000, {back(2): 30, TODAY: 30}, TODAY)

    assert (found.a_day, found.earliest, found.latest) == (20, None, None)


@given(st.dictionaries(st.integers(0, 333).map(back), st.integers(0, 10**12)), st.integers(0, 10**13))
def test_budget_goes_down_by_what_is_issued_and_by_nothing_else(issued, cap):
    found = burn_down(cap, issued, TODAY)

    assert found.left[-1] == (TODAY, cap - sum(issued.values()))
    assert [day for day, _ in found.left] == [found.left[0][0] + DAY * place for place in range(len(found.left))]
    assert found.ends is None or found.ends >= TODAY
    assert found.at_year_end >= 0


@example([70], 70, 100)
@given(SHARES, st.integers(0, 2_000), st.integers(1, 1_000))
def test_alert_passed_is_the_highest_share_that_is_used_and_the_following_the_next_above(shares, used, cap):
    alerts = BudgetAlertTerms(per_cent=shares)

    passed, following = alerts.passed(used, cap), alerts.following(used, cap)

    assert [each for each in shares if passed and each <= passed] == [
        each for each in shares if used >= cap * each / 100
    ]
    assert [each for each in shares if following and each >= following] == [
        each for each in shares if used < cap * each / 100
    ]


@given(st.integers(1, 100), st.integers(1, 10_000), st.integers(1, 500), st.data())
def test_share_is_reached_on_the_first_day_that_has_issued_so_much(share, cap, a_day, data):
    left = data.draw(st.integers(0, cap))

    days = (reached_on(share, cap=cap, left=left, a_day=a_day, today=TODAY) - TODAY).days

    assert (cap - left + days * a_day) * 100 >= cap * share
    assert days == 0 or (cap - left + (days - 1) * a_day) * 100 < cap * share


def test_share_is_never_reached_where_nothing_is_issued():
    assert reached_on(85, cap=100, left=100, a_day=0, today=TODAY) is None
