"""Reads of notices: a person's inbox, what of it is unread, which texts they want, and what waits to be texted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet

from citycoin.foundation.bilingual import WRITTEN, Words
from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.models import Person
from citycoin.platform.notices.domain.kinds import TOPICS, Topic
from citycoin.platform.notices.models import Notice, TextChoice
from citycoin.platform.queues.queries import Queue, register

# More are not counted: a page says "99+".
COUNTED: Final = 100


@dataclass(frozen=True, slots=True)
class Texts:
    """The topics that a person wants as text messages, security always among them, and the language of these."""

    topics: frozenset[Topic]
    language: str


def notices_of(person: Person, city_id: int, *, below: int = 0) -> QuerySet[Notice]:
    """What the person was told in this city or of themselves, newest first; ``below``: those with a lower key than this."""
    mine = _here(person, city_id).select_related("city").order_by("-pk")
    return mine.filter(pk__lt=below) if below else mine


def unread(person: Person, city_slug: str) -> int:
    """How many of these they haven't read; no more than COUNTED are counted."""
    here = Q(city__slug=city_slug) | Q(city=None)
    return Notice.objects.filter(here, person=person, read_at=None)[:COUNTED].count()


def texts_of(person_id: int) -> Texts:
    """As they chose; who has chosen nothing gets what is usual, in Korean."""
    chosen = TextChoice.objects.filter(person=person_id).first()
    if chosen is None:
        usual = frozenset(topic for topic, words in TOPICS.items() if words.texted)
        return Texts(usual, WRITTEN[0])
    return Texts(frozenset(map(Topic, chosen.topics)) | {Topic.SECURITY}, chosen.language)


def notices_to_text() -> QuerySet[Notice]:
    """Those whose text message may go now."""
    return Notice.objects.filter(text_due_at__lte=clock.now())


def _here(person: Person, city_id: int) -> QuerySet[Notice]:
    return Notice.objects.filter(Q(city=city_id) | Q(city=None), person=person)


TEXTING: Final = register(
    Queue(
        name="texting",
        step="notices.text",
        words=Words("보낼 알림 문자", "text messages to send"),
        late=timedelta(minutes=3),
        rows=notices_to_text,
        since="text_due_at",
    )
)
