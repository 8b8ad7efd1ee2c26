"""Payment codes: text with an inverse; wrong characters and swaps are found; foreign, torn and unknown each for itself."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.domain.codes import (
    ALPHABET,
    CHARACTERS,
    LONGEST_TEXT,
    NUMBER_BITS,
    CodeNotOurs,
    CodeTorn,
    PaymentCode,
    Scanned,
    link_of,
    read,
)

OURS = "https://pay.example"
codes = st.integers(0, 2**NUMBER_BITS - 1).map(PaymentCode)
places = st.integers(0, CHARACTERS - 1)
# How each letter of a code is written: all in one case, or mixed.
cases = st.lists(st.sampled_from([str.lower, str.upper]), min_size=CHARACTERS, max_size=CHARACTERS)


def bare(code):
    return str(code).replace("-", "")


class TestACode:
    @given(codes)
    def test_code_is_read_back_from_its_text(self, code):
        assert PaymentCode.parse(str(code)) == code

    @given(codes, cases, st.integers(0, CHARACTERS), st.sampled_from(["", " ", "-", " - "]))
    def test_code_in_any_case_and_with_any_gap_is_read(self, code, case, place, gap):
        text = "".join(turned(letter) for turned, letter in zip(case, bare(code), strict=True))

        assert PaymentCode.parse(f"  {text[:place]}{gap}{text[place:]} ") == code

    @given(codes)
    def test_code_with_letters_taken_for_the_digits_0_and_1_is_read(self, code):
        text = str(code).replace("1", "l").replace("0", "O")

        assert PaymentCode.parse(text) == code

    @given(codes, places, st.sampled_from(ALPHABET))
    def test_code_with_one_wrong_character_is_torn(self, code, place, wrong):
        text = bare(code)
        changed = text[:place] + wrong + text[place + 1 :]

        if changed != text:
            with pytest.raises(CodeTorn):
                PaymentCode.parse(changed)

    @given(codes, places, places)
    def test_code_with_two_characters_swapped_is_torn(self, code, one, other):
        text = list(bare(code))
        text[one], text[other] = text[other], text[one]

        if "".join(text) != bare(code):
            with pytest.raises(CodeTorn):
                PaymentCode.parse("".join(text))

    @given(codes, st.integers(1, CHARACTERS - 1))
    def test_code_with_characters_missing_is_torn(self, code, kept):
        with pytest.raises(CodeTorn):
            PaymentCode.parse(bare(code)[:kept])

    def test_code_says_whether_it_is_of_a_request(self):
        assert PaymentCode.new(of_request=True).is_of_request
        assert not PaymentCode.new(of_request=False).is_of_request


class TestALink:
    @given(codes, st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True))
    def test_link_of_a_code_is_read_back_with_its_city(self, code, city):
        assert read(link_of(code, city=city, base_url=OURS), base_url=OURS) == Scanned(code, city)

    @given(codes)
    def test_code_without_a_link_is_read(self, code):
        assert read(str(code), base_url=OURS) == Scanned(code)

    @given(codes, st.data())
    def test_link_with_one_wrong_character_in_its_code_is_never_another_code(self, code, data):
        link = link_of(code, city="here", base_url=OURS)
        place = data.draw(st.integers(len(link) - CHARACTERS - 1, len(link) - 1))
        changed = link[:place] + data.draw(st.characters()) + link[place + 1 :]

        with contextlib.suppress(CodeTorn, CodeNotOurs):
            assert read(changed, base_url=OURS) == Scanned(code, "here")

    @pytest.mark.parametrize(
        ("foreign", "host"),
        [
            ("https://evil.example/here/pay/{code}", "evil.example"),
            ("https://pay.example.evil.example/here/pay/{code}", "pay.example.evil.example"),
            ("https://pay.example@evil.example/here/pay/{code}", "evil.example"),
            ("https://pay.example:8443/here/pay/{code}", "pay.example:8443"),
            ("http://pay.example/here/pay/{code}", "pay.example"),
            ("//evil.example/here/pay/{code}", "evil.example"),
            ("javascript:alert(1)", "javascript"),
            ("WIFI:T:WPA;S:shop;P:secret;;", "wifi"),
        ],
    )
    def test_link_of_somebody_else_is_not_ours_and_its_host_is_named(self, foreign, host):
        code = PaymentCode.new(of_request=False)

        with pytest.raises(CodeNotOurs) as refusal:
            read(foreign.format(code=code), base_url=OURS)

        assert refusal.value.details == {"host": host}

    @pytest.mark.parametrize("path", ["", "/", "/here", "/here/wallet/", "/here/pay/", "/HERE/pay/{code}", "/here/pay/{code}/x", "/here/pay/{code}?to=1", "/here/pay/{code}#x", "/../pay/{code}"])  # fmt: skip
    def test_link_to_another_page_of_ours_is_no_code(self, path):
        code = PaymentCode.new(of_request=False)

        with pytest.raises((CodeNotOurs, CodeTorn)):
            read(f"{OURS}{path.format(code=code)}", base_url=OURS)

    @given(st.text())
    def test_scanned_text_of_any_kind_is_a_code_or_one_of_two_errors(self, text):
        with contextlib.suppress(CodeNotOurs, CodeTorn):
            read(text, base_url=OURS)

    def test_scanned_text_that_is_too_long_is_refused_as_not_ours(self):
        with pytest.raises(CodeNotOurs):
            read("7" * (LONGEST_TEXT + 1), base_url=OURS)

    @pytest.mark.parametrize(
        "text", ["", "   ", "김포페이", "١٢٣٤٥٦٧٨٩٠", "ｆｕｌｌｗｉｄｔｈ０", "7K2M9\x00Q4TX", "http://["]
    )
    def test_scanned_text_with_nothing_of_ours_in_it_is_refused_as_not_ours(self, text):
        with pytest.raises(CodeNotOurs):
            read(text, base_url=OURS)
