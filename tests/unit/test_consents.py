"""Each consent is a row with the version of the text that was agreed to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.cities.models import City
from citycoin.platform.consents import domain
from citycoin.platform.consents.domain import TEXTS, text_in_force, text_of, texts_in_force
from citycoin.platform.consents.models import Consent
from citycoin.platform.consents.operations import agree
from citycoin.platform.consents.queries import standings_of

NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
NEWS = Consent.Kind.NEWS


pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return City.objects.create(slug="bukgu", name_ko="북구", name_en="Bukgu")


@pytest.fixture
def person():
    return person_of_phone(phone="01012345678", name="김하나", now=NOW)


def test_every_kind_of_consent_has_a_text_and_every_version_is_written_once():
    assert {text.kind for text in TEXTS} == set(Consent.Kind.values)
    assert len({(text.kind, text.version) for text in TEXTS}) == len(TEXTS)


def test_each_text_says_what_for_which_data_and_how_long_in_both_languages():
    for text in TEXTS:
        for words in (text.asks, text.purpose, text.items, text.period, text.otherwise, *text.points):
            assert words.ko, text.kind
            assert words.en.isascii(), text.kind


def test_agreeing_twice_to_one_version_keeps_the_first_moment(city, person):
    agree(person=person, city=city, kind=NEWS, agreed=True, now=NOW)
    agree(person=person, city=city, kind=NEWS, agreed=True, now=LATER)

    assert Consent.objects.get(person=person).since == NOW


def test_newer_version_is_agreed_to_by_a_row_of_its_own(city, person, monkeypatch):
    agree(person=person, city=city, kind=NEWS, agreed=True, now=NOW)
    monkeypatch.setattr(domain, "TEXTS", (*TEXTS, replace(text_in_force(NEWS), version=2)))

    agree(person=person, city=city, kind=NEWS, agreed=True, now=LATER)

    rows = Consent.objects.filter(person=person).order_by("version").values_list("version", "since", "until")
    assert list(rows) == [(1, NOW, LATER), (2, LATER, None)]
    assert text_of(NEWS, 1).version == 1


def test_consent_taken_back_stands_as_not_given_with_the_newest_text(city, person):
    agree(person=person, city=city, kind=NEWS, agreed=True, now=NOW)
    agree(person=person, city=city, kind=NEWS, agreed=False, now=LATER)

    standing = {each.text.kind: each for each in standings_of(person, city)}

    assert standing["news"].given is None
    assert list(standing) == [text.kind for text in texts_in_force()]
    assert Consent.objects.get(person=person).until == LATER
