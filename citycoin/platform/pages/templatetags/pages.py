"""Template tags: both languages side by side, won and moments as people read them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from citycoin.foundation import bilingual
from citycoin.foundation.kernel.clock import KST

register = template.Library()
HOURS_OF_HALF_A_DAY: Final = 12


@register.simple_tag
def say(ko: str, en: str, **values: Any) -> SafeString:
    """The sentence in the reader's language, its {names} filled in and escaped."""
    return format_html(bilingual.chosen(ko, en), **values) if values else conditional_escape(bilingual.chosen(ko, en))


@register.simple_tag
def name_of(thing: Any) -> str:
    """The name of a city, shop or programme in the reader's language."""
    return bilingual.chosen(thing.name_ko, thing.name_en)


@register.filter
def won(amount: int) -> str:
    """52000 as ``52,000원``, in English ``₩52,000``; a minus is a minus sign."""
    sign = "−" if amount < 0 else ""
    return bilingual.chosen(f"{sign}{abs(amount):,}원", f"{sign}₩{abs(amount):,}")


@register.filter
def won_in_words(amount: int) -> str:
    """A large sum as people say it, ``5억 2,000만 원``; only for sums in whole 10,000 won, else empty."""
    if amount < 10**8 or amount % 10_000:
        return ""
    eok, man = divmod(amount // 10_000, 10_000)
    return bilingual.chosen(f"{eok:,}억{f' {man:,}만' if man else ''} 원", f"₩{amount / 10**6:,.2f} million")


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
    at = moment.astimezone(KST) if isinstance(moment, datetime) else moment
    weekday = bilingual.chosen("월화수목금토일", "MonTueWedThuFriSatSun")
    if bilingual.is_korean():
        return f"{at.year}년 {at.month}월 {at.day}일({weekday[at.weekday()]})"
    return f"{weekday[at.weekday() * 3 :][:3]} {at.day} {at:%b} {at.year}"


@register.filter
def kst_time(moment: datetime) -> str:
    """``오후 3:07``."""
    at = moment.astimezone(KST)
    half, hour = divmod(at.hour, HOURS_OF_HALF_A_DAY)
    hour = hour or HOURS_OF_HALF_A_DAY
    return bilingual.chosen(
        f"{'오후' if half else '오전'} {hour}:{at:%M}",
        f"{hour}:{at:%M} {'pm' if half else 'am'}",
    )
