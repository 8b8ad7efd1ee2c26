"""The tokens of every page: what stands on what can be read in each theme, and the stylesheet is what the code says."""

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation.kernel.money import reading
from citycoin.platform.cities.domain.tones import contrast
from citycoin.platform.pages.domain.icons import ICONS, OF_CATEGORY
from citycoin.platform.pages.domain.tokens import END, PAIRS, THEMES, stylesheet
from citycoin.platform.pages.management.commands.tokens import STYLESHEET
from merchants.domain.businesses import Category

DIGITS = {digit: number for number, digit in enumerate("영일이삼사오육칠팔구") if number}
PLACES = {"십": 10, "백": 100, "천": 1000}
GROUPS = {"만": 10**4, "억": 10**8, "조": 10**12}


class TestTokens:
    @pytest.mark.parametrize("theme", THEMES)
    @pytest.mark.parametrize(("colour", "ground", "least"), PAIRS)
    def test_pair_of_tokens_has_the_contrast_that_it_needs_in_every_theme(self, theme, colour, ground, least):
        tokens = THEMES[theme]

        assert contrast(tokens[colour], tokens[ground]) >= least

    def test_themes_have_the_same_tokens(self):
        assert len({frozenset(tokens) for tokens in THEMES.values()}) == 1

    def test_stylesheet_is_committed_as_the_code_writes_it(self):
        assert STYLESHEET.read_text().partition(END)[0] == stylesheet(), "manage.py tokens writes it"

    def test_dark_tokens_are_the_same_whether_the_person_or_their_system_chose_them(self):
        said = dict(re.findall(r"([^{}\n]+) \{ (--city:[^}]*)\}", stylesheet()))

        assert said[':root[data-theme="dark"]'] == said[":root:not([data-theme])"]


class TestIcons:
    def test_every_category_of_shops_has_an_icon(self):
        assert set(OF_CATEGORY) == {each.value for each in Category}
        assert set(OF_CATEGORY.values()) <= set(ICONS)


class TestDisplay:
    def test_theme_and_mode_that_are_chosen_are_on_the_next_page_and_can_be_taken_back(self):
        client = Client()

        client.post("/display", {"theme": "contrast", "mode": "easy", "next": "/demo/inbox"})
        cookies = {name.rsplit("_", 1)[0]: each.value for name, each in client.cookies.items()}
        assert cookies == {"city_theme": "contrast", "city_mode": "easy"}

        client.post("/display", {"mode": ""})
        kept = {name.rsplit("_", 1)[0] for name, each in client.cookies.items() if each.value}
        assert kept == {"city_theme"}

    @pytest.mark.parametrize("wanted", ["https://example.com/", "//example.com", "javascript:alert(1)", ""])
    def test_choice_leads_back_to_a_page_of_ours_and_never_elsewhere(self, wanted):
        assert Client().post("/display", {"theme": "dark", "next": wanted})["Location"] == "/"

    def test_theme_that_does_not_exist_leaves_the_page_to_the_system(self):
        assert not [each for each in Client().post("/display", {"theme": "\x00pink"}).cookies.values() if each.value]


def number_of(said: str) -> int:
    """The number that a reading says: the inverse, by its own rules."""
    total = 0
    for group in said.split(" "):
        unit = GROUPS.get(group[-1], 1)
        inner, here, digit = group[:-1] if unit > 1 else group, 0, 0
        for syllable in inner:
            if syllable in DIGITS:
                digit = DIGITS[syllable]
            else:
                here, digit = here + (digit or 1) * PLACES[syllable], 0
        total += unit * ((here + digit) or 1)
    return total


class TestReading:
    @pytest.mark.parametrize(
        ("number", "said"),
        [
            (0, "영"),
            (8_000, "팔천"),
            (12_500, "만 이천오백"),
            (184_500, "십팔만 사천오백"),
            (10**8, "일억"),
            (1_111, "천백십일"),
        ],
    )
    def test_number_is_read_as_people_say_it(self, number, said):
        assert reading(number) == said

    @given(st.integers(min_value=1, max_value=10**16 - 1))
    def test_reading_says_its_number_and_no_other(self, number):
        assert number_of(reading(number)) == number
