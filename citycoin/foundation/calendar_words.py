"""What months and days of the week are called."""

from __future__ import annotations

from datetime import date
from typing import Final

from citycoin.foundation.bilingual import Words

# From January.
MONTHS: Final = (
    Words("1월", "January"),
    Words("2월", "February"),
    Words("3월", "March"),
    Words("4월", "April"),
    Words("5월", "May"),
    Words("6월", "June"),
    Words("7월", "July"),
    Words("8월", "August"),
    Words("9월", "September"),
    Words("10월", "October"),
    Words("11월", "November"),
    Words("12월", "December"),
)
MONTHS_SHORT: Final = (
    Words("1월", "Jan"),
    Words("2월", "Feb"),
    Words("3월", "Mar"),
    Words("4월", "Apr"),
    Words("5월", "May"),
    Words("6월", "Jun"),
    Words("7월", "Jul"),
    Words("8월", "Aug"),
    Words("9월", "Sep"),
    Words("10월", "Oct"),
    Words("11월", "Nov"),
    Words("12월", "Dec"),
)
# From Monday.
WEEKDAYS: Final = (
    Words("월", "Mon"),
    Words("화", "Tue"),
    Words("수", "Wed"),
    Words("목", "Thu"),
    Words("금", "Fri"),
    Words("토", "Sat"),
    Words("일", "Sun"),
)
WEEKDAYS_LONG: Final = (
    Words("월요일", "Monday"),
    Words("화요일", "Tuesday"),
    Words("수요일", "Wednesday"),
    Words("목요일", "Thursday"),
    Words("금요일", "Friday"),
    Words("토요일", "Saturday"),
    Words("일요일", "Sunday"),
)


def day_words(day: date) -> Words:
    """``2026년 11월 21일(토)``."""
    return Words("{year}년 {month} {day}일({weekday})", "{weekday} {day} {month} {year}").filled(
        year=day.year, month=MONTHS_SHORT[day.month - 1], day=day.day, weekday=WEEKDAYS[day.weekday()]
    )
