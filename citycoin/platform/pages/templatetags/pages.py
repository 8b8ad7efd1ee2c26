"""Template tags: both languages side by side, won and moments as people read them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from django import template
from django.utils.html import conditional_escape, format_html, json_script
from django.utils.safestring import SafeString, mark_safe

from citycoin.foundation import bilingual
from citycoin.foundation.calendar_words import MONTHS, MONTHS_SHORT, WEEKDAYS, day_words
from citycoin.foundation.http.forms import AmountWrong
from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.kernel.money import reading
from citycoin.foundation.sums import FIRST_SHORTENED, exact_won, short_won
from citycoin.platform.pages.domain.icons import ICONS, OF_CATEGORY
from citycoin.platform.pages.domain.scripts import SAID_BY_SCRIPTS

register = template.Library()
HOURS_OF_HALF_A_DAY: Final = 12


@register.simple_tag
def say(ko: str, en: str, **values: Any) -> SafeString:
    """The sentence in the reader's language, its {names} filled in and escaped."""
    said = bilingual.chosen(ko, en)
    return format_html(said, **values) if values else conditional_escape(said)


@register.simple_tag
def words_of_scripts() -> SafeString:
    """The sentences that scripts say by themselves, where pages/asking.js reads them."""
    return json_script({name: str(words) for name, words in SAID_BY_SCRIPTS.items()}, "words")


@register.inclusion_tag("pages/amount_wrong.html")
def amount_wrong() -> dict[str, AmountWrong]:
    """What pages/amount.js shows while no amount is typed: the sentence that the server refuses it with."""
    return {"error": AmountWrong()}


@register.simple_tag
def name_of(thing: Any) -> str:
    """The name of a city, shop or programme in the reader's language."""
    return bilingual.chosen(thing.name_ko, thing.name_en)


@register.simple_tag
def icon(name: str, shape: str = "") -> SafeString:
    """An icon by its name; ``shape`` adds a class, ``s`` for a small one. It says nothing to a screen reader: words beside it do."""
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        f" {shape}" if shape else "",
        mark_safe(ICONS[name]),  # noqa: S308 - ours, a constant
    )


@register.simple_tag
def category_icon(category: str) -> SafeString:
    """What a shop of this category is known by."""
    return icon(OF_CATEGORY.get(category, "bag"))


@register.filter
def money(amount: int) -> SafeString:
    """An amount as an element that never breaks, its unit a little smaller where the sum is large."""
    sign = "−" if amount < 0 else ""
    if bilingual.is_korean():
        return format_html('<span class="money">{}{}<span class="unit">원</span></span>', sign, f"{abs(amount):,}")
    return format_html('<span class="money">{}₩{}</span>', sign, f"{abs(amount):,}")


@register.filter
def spoken(amount: int) -> str:
    """As people say it, ``십팔만 사천오백 원``; in English the sum itself."""
    return f"{reading(amount)} 원" if bilingual.is_korean() else won(amount)


@register.filter
def won(amount: int) -> str:
    """52000 as ``52,000원``, in English ``₩52,000``; a minus is a minus sign."""
    return str(exact_won(amount))


@register.filter
def count(number: int) -> str:
    """So many things: ``12,345``."""
    return f"{number:,}"


@register.filter
def short(amount: int) -> str:
    """A large sum as people say it, ``5억 2,000만 원``, rounded to whole 만; ``large`` has the exact one beside it."""
    return str(short_won(amount))


@register.filter
def unbroken(sum_said: str) -> SafeString:
    """A sum inside a sentence, as an element that never breaks."""
    return format_html('<span class="money">{}</span>', sum_said)


@register.filter
def large(amount: int) -> SafeString:
    """A sum that may be large: from a million on in 억 and 만 (in English millions and billions), the exact one below."""
    if abs(amount) < FIRST_SHORTENED:
        return money(amount)
    return format_html(
        '<span class="money">{}</span><span class="exact">{}</span>', short_won(amount), exact_won(amount)
    )


@register.filter
def kst(moment: datetime) -> str:
    """``2026년 11월 21일(토) 오후 3:07``, always of Seoul."""
    return f"{kst_day(moment)} {kst_time(moment)}"


@register.filter
def kst_until(end: datetime) -> str:
    """The last minute before ``end``, which is itself too late: of a midnight ``… 오후 11:59`` the day before."""
    return kst(end - timedelta(seconds=1))


@register.filter
def kst_day(moment: date) -> str:
    """``2026년 11월 21일(토)``: a day, or the day of Seoul of a moment."""
    return str(day_words(moment.astimezone(KST).date() if isinstance(moment, datetime) else moment))


@register.filter
def day_of_year(day: date) -> str:
    """``11월 21일``, where the year is plain."""
    return bilingual.chosen("{month} {day}일", "{day} {month}", month=MONTHS_SHORT[day.month - 1], day=day.day)


@register.filter
def day_soon(day: date) -> str:
    """``11월 30일(월)``, of a day not far away."""
    return bilingual.chosen(
        "{month} {day}일({weekday})",
        "{weekday} {day} {month}",
        month=MONTHS_SHORT[day.month - 1],
        day=day.day,
        weekday=WEEKDAYS[day.weekday()],
    )


@register.filter
def month_of(day: date) -> str:
    """``2026년 11월``, of a day in it."""
    return bilingual.chosen("{year}년 {month}", "{month} {year}", year=day.year, month=MONTHS[day.month - 1])


@register.filter
def kst_time(moment: datetime) -> str:
    """``오후 3:07``."""
    at = moment.astimezone(KST)
    half, hour = divmod(at.hour, HOURS_OF_HALF_A_DAY)
    return _clock(half, f"{hour or HOURS_OF_HALF_A_DAY}:{at:%M}")


@register.filter
def kst_second(moment: datetime) -> str:
    """``오후 3:07:41``."""
    at = moment.astimezone(KST)
    half, hour = divmod(at.hour, HOURS_OF_HALF_A_DAY)
    return _clock(half, f"{hour or HOURS_OF_HALF_A_DAY}:{at:%M:%S}")


def _clock(half: int, time: str) -> str:
    if half:
        return bilingual.chosen("오후 {time}", "{time} pm", time=time)
    return bilingual.chosen("오전 {time}", "{time} am", time=time)
