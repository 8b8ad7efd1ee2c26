"""Periods by the calendar: the law's own cases, and what holds of every period and beginning."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.periods import LONGEST, UNITS, Period, PeriodWrong

periods = st.sampled_from(UNITS).flatmap(
    lambda unit: st.builds(Period, st.integers(1, LONGEST[unit]), st.just(unit)),
)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from([UTC, KST]))  # noqa: DTZ001 - it sets the zone


def seoul(year, month, day, *clock):
    return datetime(year, month, day, *clock, tzinfo=KST)


class TestLastDay:
    @pytest.mark.parametrize(
        ("start", "period", "last"),
        [
            (seoul(2028, 2, 29, 23, 57, 17), Period(5, "years"), date(2033, 2, 28)),
            (seoul(2026, 11, 29, 9), Period(5, "years"), date(2031, 11, 29)),
            (seoul(2028, 2, 29), Period(4, "years"), date(2032, 2, 29)),
            (seoul(2026, 1, 31, 12), Period(1, "months"), date(2026, 2, 28)),
            (seoul(2028, 1, 31, 12), Period(1, "months"), date(2028, 2, 29)),
            (seoul(2026, 1, 29, 12), Period(1, "months"), date(2026, 2, 28)),
            (seoul(2026, 1, 28, 12), Period(1, "months"), date(2026, 2, 28)),
            (seoul(2026, 1, 27, 12), Period(1, "months"), date(2026, 2, 27)),
            # The first counted day is the first of a month, so whole months pass (Civil Act, art. 160 (1)).
            (seoul(2026, 2, 28, 12), Period(1, "months"), date(2026, 3, 31)),
            (seoul(2026, 12, 31, 12), Period(2, "months"), date(2027, 2, 28)),
            (seoul(2026, 8, 15, 12), Period(18, "months"), date(2028, 2, 15)),
            (seoul(2026, 12, 25, 23, 59, 59), Period(7, "days"), date(2027, 1, 1)),
            (seoul(2026, 5, 20), Period(1, "days"), date(2026, 5, 21)),
        ],
    )
    def test_last_day_of_a_period_is_the_calendars(self, start, period, last):
        assert period.last_day(start) == last
        assert period.ends_after(start) == datetime.combine(last + timedelta(days=1), time(), KST)

    def test_period_begins_on_the_day_of_seoul_whatever_zone_its_beginning_comes_in(self):
        an_hour_after_midnight = datetime(2028, 2, 29, 16, tzinfo=UTC)  # 1 March in Seoul

        assert Period(5, "years").last_day(an_hour_after_midnight) == date(2033, 3, 1)

    @given(periods, moments)
    def test_period_ends_with_a_day_of_seoul_after_its_beginning(self, period, start):
        end = period.ends_after(start)

        assert end > start
        assert (end.tzinfo, end.time()) == (KST, time())
        assert period.last_day(start) > start.astimezone(KST).date()
        assert datetime.fromtimestamp(period.last_second(start), KST) == end - timedelta(seconds=1)

    @given(periods, moments, moments)
    def test_period_that_begins_earlier_ends_no_later(self, period, one, other):
        earlier, later = sorted((one, other))

        assert period.ends_after(earlier) <= period.ends_after(later)

    @given(periods, moments)
    def test_period_ends_at_the_same_moment_whenever_on_a_day_it_begins(self, period, start):
        day = start.astimezone(KST).date()

        assert {period.ends_after(datetime.combine(day, each, KST)) for each in (time(), time(12), time.max)} == {
            period.ends_after(start)
        }

    @given(st.integers(1, 100), moments)
    def test_years_are_as_long_as_twelve_times_as_many_months(self, years, start):
        assert Period(years, "years").ends_after(start) == Period(12 * years, "months").ends_after(start)

    @given(st.integers(1, 1_200), moments)
    def test_months_end_in_their_last_month_on_the_days_eve_or_with_the_month(self, months, start):
        first, last = start.astimezone(KST).date() + timedelta(days=1), Period(months, "months").last_day(start)
        after = last + timedelta(days=1)

        assert after.day == first.day or (after.day == 1 and last.day < first.day)
        assert (after.year - first.year) * 12 + after.month - first.month == months + (after.day != first.day)


class TestWriting:
    @given(periods)
    def test_period_that_a_rule_writes_is_read_as_the_same(self, period):
        assert Period.of(period.said()) == period

    @pytest.mark.parametrize(
        "said",
        [
            {},
            5,
            "5 years",
            None,
            {"weeks": 5},
            {"years": 5, "months": 6},
            {"years": 0},
            {"years": -1},
            {"years": 101},
            {"months": 1_201},
            {"days": 36_501},
            {"years": 1.5},
            {"years": "5"},
            {"years": True},
        ],
    )
    def test_period_that_is_no_whole_number_of_one_unit_is_refused(self, said):
        with pytest.raises(PeriodWrong):
            Period.of(said)
