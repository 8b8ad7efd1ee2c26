"""A city's colours: whatever two it gives are refused with a sentence, or everything that is made of them can be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycoin.platform.cities.domain.colours import DARK, LIGHT, WHITE, ColoursWrong, pairs_of, palette_of
from citycoin.platform.cities.domain.tones import colour_of, contrast

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
# Dark enough for white letters.
DEEP = COLOURS.filter(lambda each: contrast(WHITE, each) >= 4.5)


def palette_or_refusal(*colours):
    try:
        return palette_of(*colours)
    except ColoursWrong as refusal:
        return refusal


class TestContrast:
    # The first three are W3C's own of understanding SC 1.4.3; the last is the lightest grey that white can be read on.
    @pytest.mark.parametrize(
        ("one", "other", "ratio"),
        [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#ff0000", "#ffffff", 4.0), ("#767676", "#fff", 4.54)],
    )
    def test_contrast_is_that_of_wcag_whichever_colour_comes_first(self, one, other, ratio):
        other = other if len(other) == 7 else "#ffffff"

        assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


class TestColour:
    @pytest.mark.parametrize(
        "text", ["", "red", "#fff", "#12345", "#1234567", "0b6268", "#gggggg", "#０b6268", "#0b6268\n"]
    )
    def test_colour_that_is_not_written_as_rrggbb_is_refused(self, text):
        with pytest.raises(ValueError, match="is no colour of the form #rrggbb"):
            colour_of(text)

    def test_colour_in_capitals_is_read(self):
        assert colour_of("#0B6268") == "#0b6268"


class TestPalette:
    @given(colour=COLOURS, second=COLOURS, light_point=st.none() | COLOURS)
    def test_palette_of_any_colours_holds_in_each_pair_or_is_refused_with_a_sentence(self, colour, second, light_point):
        made = palette_or_refusal(colour, second, light_point)

        if isinstance(made, ColoursWrong):
            assert made.which in {"colour", "second", "light_point"}
            assert re.search(r"contrast of [0-9.]+:1 and needs? [0-9.]+:1", str(made))
        else:
            assert [pair for pair in pairs_of(made) if contrast(pair.above, pair.below) < pair.needed] == []
            assert (made.light.city, made.light.city_two) == (colour, second)

    @given(colour=DEEP, second=DEEP)
    def test_palette_of_any_colours_that_white_is_read_on_is_made(self, colour, second):
        assert palette_of(colour, second)

    @pytest.mark.parametrize("colour", ["#000000", "#0000ff", "#767676", "#001a00", "#7f0000"])
    def test_palette_at_the_ends_of_what_white_is_read_on_is_made(self, colour):
        assert palette_of(colour, colour)

    @pytest.mark.parametrize("which", ["colour", "second"])
    def test_palette_of_a_light_colour_is_refused_with_a_darker_one_that_holds(self, which):
        light = {"colour": "#0b6268", "second": "#0b6268"} | {which: "#ffd24d"}

        with pytest.raises(ColoursWrong) as refusal:
            palette_of(**light)

        assert refusal.value.which == which
        assert "#ffd24d is too light: white letters on it have a contrast of 1.44:1 and need 4.5:1" in str(
            refusal.value
        )
        instead = re.findall("#[0-9a-f]{6}", str(refusal.value))[-1]
        assert palette_of(**light | {which: instead})

    def test_palette_with_a_dark_light_point_is_refused_by_the_pair(self):
        with pytest.raises(ColoursWrong, match="the light point on the city's colour, light: #333333 on #0b6268") as no:
            palette_of("#0b6268", "#1d5fb8", "#333333")

        assert no.value.which == "light_point"

    def test_palette_is_read_on_the_grounds_of_both_themes(self):
        pairs = {(pair.above, pair.below) for pair in pairs_of(palette_of("#41399c", "#b25a00"))}
        grounds = {below for _, below in pairs}

        assert {LIGHT.page, LIGHT.card, DARK.page, DARK.card} <= grounds
