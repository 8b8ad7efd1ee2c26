"""A city's face: what it gives is shown, what it doesn't give is drawn, and its files are under the digest of their content."""

import re
from dataclasses import replace

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils.translation import override

from citycoin.foundation.bilingual import Words
from citycoin.platform.cities.domain.drawings import rewritten
from citycoin.platform.cities.domain.faces import Given, drawn
from citycoin.platform.cities.models import City, Identity
from citycoin.platform.cities.queries import face_at, face_of
from citycoin.runtime.domain.addresses import ROOT
from seeds.domain.city_file import read_city
from seeds.operations.founding import write_city

pytestmark = pytest.mark.django_db

FILES = ["colours_url", "emblem_url", "picture_url", "picture_ink_url"]
SEEDS = ROOT / "seeds" / "cities"


@pytest.fixture
def gimpo():
    return write_city(read_city(SEEDS / "gimpo.toml"))


@pytest.fixture
def nameless():
    return City.objects.create(slug="naju", name_ko="나주시", name_en="Naju")


class TestFace:
    def test_face_of_a_city_is_read_by_one_query(self, gimpo, django_assert_num_queries):
        with django_assert_num_queries(1):
            face = face_of(gimpo)

        assert (face.money, face.colour) == (Words("김포나루", "Gimpo Naru"), "#0b6268")
        assert face.says.en == "the river plain, the waterway and its bridge"

    def test_face_of_a_city_founded_without_one_is_drawn_from_its_name(self, nameless):
        face, again = face_of(nameless), face_at("naju")

        assert face == again
        assert face.money == Words("나주시 지역화폐", "Naju local currency")
        assert all(Client().get(getattr(face, each)).status_code == 200 for each in FILES)

    def test_face_of_no_city_is_none(self):
        assert face_at("nowhere") is None

    def test_face_founded_anew_from_another_file_has_other_addresses(self, gimpo, tmp_path):
        before, text = face_of(gimpo), (SEEDS / "gimpo.toml").read_text()
        for each in SEEDS.glob("gimpo-*.svg"):
            (tmp_path / each.name).write_bytes(each.read_bytes())
        (tmp_path / "gimpo.toml").write_text(text.replace('second = "#1d5fb8"', 'second = "#8a3a12"'))

        write_city(read_city(tmp_path / "gimpo.toml"))

        after = face_of(gimpo)
        assert after.money == before.money
        assert {getattr(before, each) for each in FILES}.isdisjoint(getattr(after, each) for each in FILES)
        assert [Client().get(getattr(before, each)).status_code for each in FILES] == [404] * 4
        assert Identity.objects.count() == 1


class TestFiles:
    @pytest.mark.parametrize("which", FILES)
    def test_file_of_a_face_is_kept_for_good_and_runs_nothing(self, gimpo, which):
        answer = Client().get(getattr(face_of(gimpo), which))

        kind = "text/css" if which == "colours_url" else "image/svg+xml"
        assert answer["Content-Type"] == f"{kind}; charset=utf-8"
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert {*answer["Content-Security-Policy"].split("; ")} == {
            "default-src 'none'",
            "frame-ancestors 'none'",
            "sandbox",
        }
        assert not answer.cookies

    @pytest.mark.parametrize("which", FILES)
    def test_file_under_another_digest_is_not_found_and_not_kept(self, gimpo, which):
        there = getattr(face_of(gimpo), which)

        answer = Client().get(re.sub("/face/[0-9a-f]{16}/", "/face/0123456789abcdef/", there))

        assert answer.status_code == 404
        assert "immutable" not in answer.get("Cache-Control", "")

    def test_file_of_a_face_is_only_read(self, gimpo):
        assert Client().post(face_of(gimpo).emblem_url).status_code == 405

    def test_drawings_that_are_served_say_each_colour_themselves(self, gimpo):
        """In an image there is no page whose colours it could take over."""
        face = face_of(gimpo)
        picture, inked = (Client().get(each).content.decode() for each in (face.picture_url, face.picture_ink_url))

        assert 'color="#ffffff"' in picture
        assert 'color="#a9e4ff"' in picture
        assert "class=" not in picture + inked
        assert picture != inked


class TestDrawn:
    def test_face_of_a_name_is_the_same_each_time_and_another_for_another_name(self):
        one, again = (drawn("mokpo", Words("목포시", "Mokpo"), Given()) for _ in "12")
        other = drawn("suwon", Words("수원시", "Suwon"), Given())

        assert one == again
        assert one.emblem != other.emblem
        assert one.picture != other.picture

    @pytest.mark.parametrize("name", ["가평군", "까치", "밀양", "Lyon", "힣", "１", "東京"])
    def test_face_of_any_name_is_drawn(self, name):
        face = drawn("somewhere", Words(name, name), Given())

        assert face.emblem.startswith("<svg ")

    @pytest.mark.parametrize("number", range(40))
    def test_face_of_any_slug_can_be_read_on_and_drawn(self, number):
        face = drawn(f"city-{number}", Words("시", "City"), Given())

        for each in (face.emblem, face.picture, face.picture_ink):
            plain = re.sub(' color="[^"]*"', "", each)
            assert rewritten(plain.encode()) == plain

    @pytest.mark.parametrize("which", ["colours", "emblem", "picture", "picture_ink"])
    def test_digest_of_a_face_is_another_for_each_of_its_files(self, which):
        face = drawn("mokpo", Words("목포시", "Mokpo"), Given())

        assert replace(face, **{which: "another"}).digest != face.digest

    def test_face_that_is_half_given_is_completed(self):
        given = Given(colour="#8a1538")

        face = drawn("half", Words("반시", "Half"), given)

        assert face.colour == "#8a1538"
        assert "--city: #8a1538;" in face.colours
        assert "#8a1538" in face.emblem


class TestStylesheet:
    def test_dark_colours_are_the_same_by_choice_and_by_the_system(self, gimpo):
        css = Client().get(face_of(gimpo).colours_url).content.decode()
        rules = re.findall(r"([^{}]*) \{ ([^{}]*) \}", css)

        assert [says for _, says in rules][1:] == [rules[1][1]] * 2
        assert rules[0][1] != rules[1][1]
        assert 'data-theme="contrast"' not in css


class TestTemplates:
    def test_page_below_the_address_of_a_city_is_given_its_face(self, gimpo):
        below, elsewhere, nowhere = (Client().get(path) for path in (f"/{gimpo.slug}/", "/", "/nowhere/"))

        assert below.context["face"].money == Words("김포나루", "Gimpo Naru")
        assert "face" not in elsewhere.context
        assert nowhere.status_code == 404
        assert not nowhere.context["face"]

    def test_money_of_a_city_is_called_in_the_language_of_the_reader(self, gimpo):
        drawn_page = Template("{% load places %}{% money_of city %}")

        with override("ko"):
            assert drawn_page.render(Context({"city": gimpo})) == "김포나루"
        with override("en"):
            assert drawn_page.render(Context({"city": gimpo})) == "Gimpo Naru"
