"""What a person's inbox and their choice of text messages show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse

from citycoin.foundation.bilingual import Words
from citycoin.platform.accounts.domain.phones import shown_in_part
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.queries import phone_of, texts_are_sent
from citycoin.platform.cities.models import City
from citycoin.platform.notices.domain.kinds import MEANINGS, TOPICS, Kind, Topic, TopicWords, said
from citycoin.platform.notices.models import Notice
from citycoin.platform.notices.queries import notices_of, texts_of, unread
from merchants.queries.access import memberships_of
from wallets.queries.ledger import has_wallet

ON_A_PAGE: Final = 30
# What stands beside a notice, by its topic.
ICONS: Final[Mapping[Topic, str]] = {
    Topic.PAYMENTS: "scan",
    Topic.REFUNDS: "undo",
    Topic.TOP_UPS: "plus",
    Topic.LAPSING: "clock",
    Topic.SALES: "coins",
    Topic.SHOP: "shop",
    Topic.SECURITY: "shield",
}
assert ICONS.keys() == set(Topic), "every topic has an icon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice as its reader reads it; ``path``: where they see more, or empty."""

    title: Words
    says: Words
    icon: str
    at: datetime
    is_new: bool
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """The newest notices, or those before; ``newest``: the number up to which they are read by this page."""

    city: City
    has_wallet: bool
    notices: Sequence[Told]
    newest: int
    some_new: bool
    earlier: int  # the number below which there are more; 0 for none
    tab: str = "notices"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsPage:
    """Each topic that concerns the person, with whether it comes as a text message."""

    city: City
    has_wallet: bool
    topics: Sequence[tuple[Topic, TopicWords, bool]]
    security: TopicWords
    phone: str  # in part
    texts_are_sent: bool
    texts_language: str  # its name
    saved: bool
    tab: str = "notices"


def inbox_page(city: City, person: Person, *, below: int) -> InboxPage:
    """What the person was told in this city, and of themselves; ``below``: earlier than the notice of that number."""
    rows = list(notices_of(person, city.pk, below=below)[: ON_A_PAGE + 1])
    shown = rows[:ON_A_PAGE]
    return InboxPage(
        city=city,
        has_wallet=has_wallet(city.pk, person),
        notices=[_told(each, city) for each in shown],
        newest=shown[0].pk if shown else 0,
        some_new=unread(person, city.slug) > 0,
        earlier=shown[-1].pk if len(rows) > ON_A_PAGE else 0,
    )


def texts_page(city: City, person: Person, *, language: str, saved: bool = False) -> TextsPage:
    """What they chose. ``language``: the reader's, in which text messages come once they save."""
    chosen = texts_of(person.pk)
    asked = [each for each in Topic if each not in _not_asked(city, person)]
    return TextsPage(
        city=city,
        has_wallet=has_wallet(city.pk, person),
        topics=[(each, TOPICS[each], each in chosen.topics) for each in asked],
        security=TOPICS[Topic.SECURITY],
        phone=shown_in_part(phone_of(person)),
        texts_are_sent=texts_are_sent(),
        texts_language=dict(settings.LANGUAGES).get(language, language),
        saved=saved,
    )


def _not_asked(city: City, person: Person) -> set[Topic]:
    """Security comes whatever is chosen, and a shop's news concern who works in one."""
    works = bool(memberships_of(city.pk, person))
    return {Topic.SECURITY} if works else {Topic.SECURITY, Topic.SHOP}


def _told(notice: Notice, city: City) -> Told:
    kind = Kind(notice.kind)
    title, says = said(kind, notice.facts)
    return Told(
        title=title,
        says=says,
        icon=ICONS[MEANINGS[kind].topic],
        at=notice.at,
        is_new=notice.read_at is None,
        path=_PATHS[kind](city.slug, notice.subject.split()),
    )


def _receipt(slug: str, subject: Sequence[str]) -> str:
    return reverse("payment", args=[slug, subject[0]])


def _shop_payment(slug: str, subject: Sequence[str]) -> str:
    return reverse("shop-payment", args=[slug, subject[0], subject[1]])


def _payouts(slug: str, subject: Sequence[str]) -> str:
    return reverse("shop-payouts", args=[slug, subject[0]])


def _top_up(slug: str, subject: Sequence[str]) -> str:
    return reverse("top-up-state", args=[slug, subject[0]])


def _wallet(slug: str, _subject: Sequence[str]) -> str:
    return reverse("wallet", args=[slug])


def _me(slug: str, _subject: Sequence[str]) -> str:
    return reverse("wallet-me", args=[slug])


# Where more is seen, by what the notice is about: of a subject of several parts the first ones name it.
_PATHS: Final[Mapping[Kind, Callable[[str, Sequence[str]], str]]] = {
    Kind.PAYMENT_PAID: _receipt,
    Kind.PAYMENT_NOT_MADE: lambda slug, _subject: reverse("scan", args=[slug]),
    Kind.PAYMENT_VOIDED: _receipt,
    Kind.REFUND_RECEIVED: _receipt,
    Kind.TOP_UP_IN: _top_up,
    Kind.TOP_UP_OVER: _top_up,
    Kind.TOP_UP_RETURNED: _top_up,
    Kind.TOP_UP_STUCK: _top_up,
    Kind.WON_LAPSING: _wallet,
    Kind.SALE_OPEN: lambda slug, _subject: reverse("top-up", args=[slug]),
    Kind.REFUND_FAILED: _shop_payment,
    Kind.REFUND_ASKED: _shop_payment,
    Kind.REFUND_DECLINED: _receipt,
    Kind.REFUND_UNANSWERED: _receipt,
    Kind.WALLET_FROZEN: _wallet,
    Kind.WALLET_UNFROZEN: _wallet,
    Kind.PASSKEY_ADDED: _me,
    Kind.PIN_LOCKED: _wallet,
    Kind.REFUND_PIN_LOCKED: lambda slug, subject: reverse("shop-pin", args=[slug, subject[0]]),
    Kind.PAYOUT_PAID: _payouts,
    Kind.PAYOUT_BOUNCED: _payouts,
    Kind.PAYOUT_ACCOUNT_NEW: _payouts,
}
assert _PATHS.keys() == set(Kind), "every kind leads somewhere"
