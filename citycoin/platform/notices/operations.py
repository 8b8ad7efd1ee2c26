"""Writes of notices: people are told, read what they were told, choose text messages, and old notices go."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import translation

from citycoin.foundation.bilingual import Words
from citycoin.foundation.fault_points import commits
from citycoin.foundation.locks import locked
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.operations.texts import send_text
from citycoin.platform.accounts.queries import phone_of, texts_are_sent
from citycoin.platform.notices.domain.kinds import MEANINGS, Kind, Topic, check, said
from citycoin.platform.notices.domain.quiet_hours import text_moment
from citycoin.platform.notices.models import Notice, TextChoice
from citycoin.platform.notices.queries import TEXTING, Texts, texts_of
from citycoin.platform.queues.operations import take
from citycoin.platform.queues.queries import due

# What was read goes after a season; what nobody has read after a year.
KEPT_READ: Final = timedelta(days=90)
KEPT_UNREAD: Final = timedelta(days=365)
TEXTED_AT_ONCE: Final = 500
FORGOTTEN_AT_ONCE: Final = 1_000
# More text messages of news aren't sent to a person within a day: each costs, and a script can close many pages.
MOST_TEXTS_A_DAY: Final = 20
# Who sends what is of no city.
SERVICE: Final = Words("시티코인", "City coin")


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one person is told. ``facts``: those that the kind's sentence speaks of, as JSON; ``subject``: of what it is told."""

    person_id: int
    city_id: int | None
    kind: Kind
    subject: str
    facts: Mapping[str, object]


def tell(*news: News, now: datetime) -> None:
    """Write these notices in the caller's transaction, all in one statement; of one subject a person is told once.

    Raises FactsWrong.
    """
    for each in news:
        check(each.kind, each.facts)
    texted = texts_are_sent()
    rows = [
        Notice(
            person_id=each.person_id,
            city_id=each.city_id,
            kind=each.kind,
            subject=each.subject,
            facts=dict(each.facts),
            at=now,
            text_due_at=text_moment(each.kind, now) if texted else None,
            forget_at=now + KEPT_UNREAD,
        )
        for each in news
    ]
    Notice.objects.bulk_create(rows, batch_size=150, ignore_conflicts=True)


@transaction.atomic
def read_up_to(*, person: Person, city_id: int, number: int, now: datetime) -> int:
    """They have read the notices of this city and of themselves up to the one of this number; return how many were news."""
    theirs = Notice.objects.filter(Q(city=city_id) | Q(city=None), person=person, pk__lte=number, read_at=None)
    return _read(list(locked(theirs).values_list("pk", flat=True)), now=now)


def heard(*, person_id: int, kinds: Collection[Kind], subject: str, now: datetime) -> None:
    """They have heard elsewhere what these notices say, in the caller's transaction: no text message goes any more."""
    theirs = Notice.objects.filter(person=person_id, kind__in=kinds, subject=subject, read_at=None)
    _read(list(locked(theirs).values_list("pk", flat=True)), now=now)


def _read(rows: Collection[int], *, now: datetime) -> int:
    return Notice.objects.filter(pk__in=rows).update(read_at=now, text_due_at=None, forget_at=now + KEPT_READ)


def choose_texts(*, person: Person, topics: Collection[Topic], language: str) -> None:
    """From now on these topics come as text messages, in this language; security comes whatever is chosen."""
    chosen = {"topics": sorted(set(topics)), "language": language}
    TextChoice.objects.update_or_create(person=person, defaults=chosen)


def text_due(*, now: datetime) -> int:
    """Send the text messages whose time has come to who wants them; return of how many notices that is settled."""
    waiting = list(due(TEXTING, now).order_by("text_due_at", "pk").values_list("pk", flat=True)[:TEXTED_AT_ONCE])
    return take(TEXTING, waiting, lambda part: _text(part[0], now), now=now)


@commits("text_notice")
def _text(number: int, now: datetime) -> int:
    """Once: the message and the mark that it went are one commit. What is late for its hours waits for the morning."""
    notice = locked(Notice.objects.filter(pk=number, text_due_at__lte=now).select_related("person", "city")).first()
    if notice is None:
        return 0
    kind = Kind(notice.kind)
    allowed = text_moment(kind, now)
    texts, phone = texts_of(notice.person_id), phone_of(notice.person)
    if allowed > now:
        notice.text_due_at = allowed
    else:
        notice.text_due_at = None
        if phone and _is_wanted(notice, MEANINGS[kind].topic, texts, now):
            send_text(phone=phone, text=_message(notice, texts.language), now=now)
            notice.texted_at = now
    notice.save(update_fields=["text_due_at", "texted_at"])
    return 1


def _is_wanted(notice: Notice, topic: Topic, texts: Texts, now: datetime) -> bool:
    if topic == Topic.SECURITY:
        return True
    sent = Notice.objects.filter(person=notice.person_id, texted_at__gt=now - timedelta(days=1))
    return topic in texts.topics and sent.count() < MOST_TEXTS_A_DAY


def _message(notice: Notice, language: str) -> str:
    """``[Gimpo] …``: the same sentence as in the inbox."""
    with translation.override(language):
        sender = Words(notice.city.name_ko, notice.city.name_en) if notice.city else SERVICE
        _title, sentence = said(Kind(notice.kind), notice.facts)
        return f"[{sender}] {sentence}"


def forget_old(*, now: datetime) -> int:
    """Delete notices whose time is over; return how many."""
    over = Notice.objects.filter(forget_at__lte=now).order_by("forget_at").values_list("pk", flat=True)
    return Notice.objects.filter(pk__in=list(over[:FORGOTTEN_AT_ONCE])).delete()[0]
