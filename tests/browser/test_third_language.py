"""In a further language every text of a page is the catalogue's: with one in which each text is marked, no word is unmarked.

The pages are asked for in this process, on the running system's database: no browser is needed to read what a page says, in
what is seen, in what a screen reader says and in what its scripts will write.
"""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

import pytest
from django.conf import settings
from django.test import Client, override_settings

from citycoin.foundation.said_texts import said_texts
from citycoin.money.funding.models import FunderAccount
from citycoin.money.issuance.models import Decision, Programme, Proposal
from citycoin.platform.accounts.domain.browsers import browser_of
from citycoin.platform.accounts.doors.permissions import SEEN_AT
from citycoin.platform.accounts.models import OfficialSession, Person
from citycoin.platform.accounts.queries import name_of
from citycoin.platform.cities.models import City, District, Identity
from citycoin.platform.reports.models import Report
from contracts.domain.address_words import word_list
from merchants.models import Counter, RefundClaim, Shop, ShopApplication
from tests.browser.pages import PAGES, Shown
from tests.browser.people import new_phone
from tests.browser.town import Town
from wallets.models import Stop

LANGUAGE: Final = "eo"
MARKED: Final = re.compile(r"«[^«»]*»")
WORD: Final = re.compile(r"[^\W\d_]{2,}")
# What a reader is told, or what a script writes, by an attribute; `value` of a button alone is read.
TOLD: Final = re.compile(r"title|alt|label|placeholder|aria-(label|description|roledescription|valuetext)")
# No words of ours: what machines read, what is copied letter by letter, and what says itself to be in another language.
OTHERS: Final = {"code", "pre", "style", "kbd", "q"}
NUMBERS: Final = re.compile(r"₩|\b[\d,.]+ ?(tn|bn|m|k|kB|MB|km)\b|0x\w+(…\w*)?|\w*:?(/[\w.-]+)+/?|\b[\w.-]+@[\w.-]+")
# A code that is copied letter by letter, and the name of a kind of file.
CODES: Final = re.compile(r"\b[0-9A-Z]{3,}(-[0-9A-Z]+)*\b")
# A label that a chart has no room for.
CUT: Final = re.compile(r"«[^»]*…$")
# What scripts read and nobody else; what an official signs is English by its definition.
READ_BY_SCRIPTS: Final = {"data-csrf", "data-domain", "data-payment", "data-struct", "data-when", "data-word-list"}
SIGNED: Final = re.compile(r"City coin: this browser signs for \S+ in \S+")
# An address is read out as six words of a list that exists in some languages only.
SIX_WORDS: Final = re.compile(r"\b([a-z]+ ){5}[a-z]+\b")
ADDRESS_WORDS: Final = frozenset(word_list("english"))
# They are a developer's: icons by their names, the text messages that a phone would have, which are in Korean, and the demo's
# bank, a program of its own, which says its mistakes in two languages.
DEMO: Final = {"design", "demo-inbox", "demo-bank"}
# What the list of pages types in for its people, and what the bank calls somebody.
TYPED: Final = ("판매", "조례", "민원 확인", "김하늘별", "김사장")


@dataclass
class Texts(HTMLParser):
    """Every text of a page, each with where it stands."""

    found: list[tuple[str, str]] = field(default_factory=list)
    running: str = ""
    _inside: list[tuple[str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name, value in given.items():
            if value and tag not in OTHERS and (TOLD.fullmatch(name) or _is_said(name, value)):
                self.found.append((f"{tag}[{name}]", value))
        if tag not in VOID:
            apart = tag in OTHERS or (tag != "html" and given.get("lang", LANGUAGE) != LANGUAGE)
            apart |= tag == "script" and given.get("type") != "application/json"
            self._inside.append((tag, apart))

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._inside or any(apart for _, apart in self._inside):
            return
        tag = self._inside[-1][0]
        if tag == "script":
            self.found += [(tag, text) for text in json.loads(data).values()]
        else:
            # A sentence goes on through the elements inside it; what a chart cuts off ends with its label.
            self.running += f"{CUT.sub('', data) if tag == 'text' else data}\n"

    def said(self) -> list[tuple[str, str]]:
        """All of it, the running text line by line without what is marked."""
        return [*self.found, *(("text", line) for line in without_marks(self.running).splitlines())]


VOID: Final = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def _is_said(name: str, value: str) -> bool:
    """What a script writes is a sentence: more than a word, or a word that begins as one does."""
    return (
        name.startswith("data-")
        and name not in READ_BY_SCRIPTS
        and bool(re.search(r"[^\W\d_]\W* \W*[^\W\d_]|[A-Z가-힣«]", value))
        and "/" not in value
    )


@pytest.mark.usefixtures("further_language")
def test_page_in_a_further_language_has_no_word_that_its_catalogue_does_not_say(town):
    said = [(shown.name, *text) for shown in PAGES if shown.name not in DEMO for text in texts_of(shown, town)]
    names = names_of_all()  # now, since a page of the list has made a report of its own

    unmarked = [f"{page} {where}: {text!r}" for page, where, text in said if WORD.search(without_names(text, names))]

    assert not unmarked, "\n".join(dict.fromkeys(unmarked))


@pytest.fixture
def further_language(tmp_path) -> Iterator[None]:
    """A catalogue in which every text that the code says stands in marks."""
    marked = {english: f"«{english}»" for english in said_texts(settings.BASE_DIR)}
    (tmp_path / f"{LANGUAGE}.json").write_text(json.dumps(marked))
    languages = [*settings.LANGUAGES, (LANGUAGE, "Esperanto")]
    with override_settings(CATALOGUES=tmp_path, LANGUAGES=languages, ALLOWED_HOSTS=["*"]):
        yield


def texts_of(shown: Shown, town: Town) -> list[tuple[str, str]]:
    """What the page says to its person."""
    client = Client(headers={"accept-language": LANGUAGE, "accept": "text/html"})
    if person := town.person(shown.who):
        sign_in(client, person)
    if step := STEPS.get(shown.name):
        step(client, town)
    answer = client.get(shown.path(town), follow=True)
    if answer.status_code != shown.status:
        return [("status", f"answered {answer.status_code}")]
    page = Texts()
    page.feed(answer.content.decode())
    return page.said()


def sign_in(client: Client, person: Person) -> None:
    """As somebody who has just done so."""
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[SEEN_AT] = time.time()
    session.save()


# What the list of pages has done in a browser beforehand.
STEPS: Final = {
    "sign-in-code": lambda client, _town: client.post("/sign-in", {"phone": new_phone()}),
    "wallet-easy": lambda client, _town: client.post("/display", {"mode": "easy"}),
    "console-wallet": lambda client, town: client.post(
        town.url("console/wallets"), {"who": town.rich[0].api.address, "purpose": "민원 확인"}
    ),
}


def names_of_all() -> list[str]:
    """What people and cities have called themselves and their things, longest first."""
    told = [
        *City.objects.values_list("name_ko", "name_en", "slug"),
        *Identity.objects.values_list("money_ko", "money_en", "says_ko", "says_en"),
        *District.objects.values_list("name_ko", "name_en"),
        *Programme.objects.values_list("name_ko", "name_en"),
        *Shop.objects.values_list("name_ko", "name_en", "district"),
        *Proposal.objects.values_list("purpose", "legal_basis", "facts__name_ko", "facts__name_en"),
        *Decision.objects.values_list("purpose", "legal_basis"),
        *FunderAccount.objects.values_list("name_ko", "name_en"),
        *RefundClaim.objects.values_list("says", "answer"),
        *Report.objects.values_list("about", "text", "answer"),
        *Stop.objects.values_list("reason", "review"),
        *Counter.objects.values_list("name"),
        *((browser_of(agent).en,) for agent in OfficialSession.objects.values_list("agent", flat=True)),
        *ShopApplication.objects.values_list("name_ko", "name_en", "district"),
        *((name_of(person), person.username) for person in Person.objects.all()),
        *((name,) for _, name in settings.LANGUAGES),  # each in its own
    ]
    return sorted({*TYPED, *(name for each in told for name in each if name)}, key=len, reverse=True)


def without_marks(text: str) -> str:
    """What is left of a text without what is marked, which may have marks inside."""
    while MARKED.search(text):
        text = MARKED.sub(" ", text)
    return text


def without_names(text: str, names: list[str]) -> str:
    """What is left of a text without what is marked, names, and numbers with their units."""
    text = CUT.sub("", html.unescape(text))
    text = SIGNED.sub("", without_marks(text))
    text = SIX_WORDS.sub(lambda six: " " if ADDRESS_WORDS.issuperset(six[0].split()) else six[0], text)
    for name in names:
        text = text.replace(name, " ")
    return CODES.sub(" ", NUMBERS.sub(" ", text))
