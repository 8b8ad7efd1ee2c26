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
    LinkTorn,
    PaymentCode,
    Scanned,
    code_in_link,
    link_of,
    read,
)

OURS = "https://pay.example"
codes = st.integers(0, 2**NUMBER_BITS - 1).map(PaymentCode)
places = st.integers(0, CHARACTERS - 1)
# How each letter of a code is written: all in one case, or mixed.
cases = st.lists(st.sampled_from([str.lower, str.upper]), min_size=CHARACTERS, max_size=CHARACTERS)
slugs = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
# What apps, printers and people make of a link that they pass on; all of it leads to our own host.
beginnings = st.sampled_from(["https://", "http://", "HTTPS://", "Http://", "", " "])
hosts = st.sampled_from(["pay.example", "PAY.EXAMPLE", "Pay.Example."])
endings = st.sampled_from(
    ["", "/", "//", "?fbclid=x", "/?amount=5000", "#top", "?", "/#:~:text=a/b", f"?utm={'x' * 3_000}"]
)
turns = st.sampled_from([str, str.lower, str.upper])


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
    @given(codes, slugs)
    def test_link_of_a_code_is_read_back_with_its_city(self, code, city):
        assert read(link_of(code, city=city, base_url=OURS), base_url=OURS) == Scanned(code, city)

    @given(codes, slugs, beginnings, hosts, turns, endings)
    def test_link_to_our_host_leads_to_its_code_however_it_was_passed_on(
        self, code, city, beginning, host, turned, ending
    ):
        host = host.rstrip(".") if "://" not in beginning else host

        assert read(f"{beginning}{host}/{turned(f'{city}/pay/{code}')}{ending}", base_url=OURS) == Scanned(code, city)

    @pytest.mark.parametrize(
        ("base_url", "link"),
        [
            ("https://pay.example", "https://pay.example:443"),
            ("https://pay.example", "http://pay.example:80"),
            ("https://pay.example:443", "https://pay.example"),
            ("http://127.0.0.1:8000", "https://127.0.0.1:8000"),
            ("http://127.0.0.1:8000", "127.0.0.1:8000"),
            ("http://localhost:8000", "LOCALHOST:8000"),
            ("https://pay.example", "https://somebody@pay.example"),
        ],
    )
    def test_link_to_our_host_is_ours_by_either_scheme_and_with_its_own_port(self, base_url, link):
        code = PaymentCode.new(of_request=False)

        assert read(f"{link}/here/pay/{code}", base_url=base_url) == Scanned(code, "here")

    @given(codes)
    def test_code_without_a_link_is_read(self, code):
        assert read(str(code), base_url=OURS) == Scanned(code)

    @given(codes, st.data())
    def test_link_with_one_wrong_character_in_its_code_is_torn_or_the_same_code(self, code, data):
        link = link_of(code, city="here", base_url=OURS)
        place = data.draw(st.integers(len(link) - CHARACTERS - 1, len(link) - 1))
        wrong = data.draw(st.sampled_from([*ALPHABET, *"uU!-_.~*ㅡ가é"]))
        changed = link[:place] + wrong + link[place + 1 :]

        with contextlib.suppress(LinkTorn):
            assert read(changed, base_url=OURS) == Scanned(code, "here")

    @given(codes, st.characters(), st.data())
    def test_link_with_one_foreign_character_in_it_is_never_another_code(self, code, wrong, data):
        link = link_of(code, city="here", base_url=OURS)
        place = data.draw(st.integers(0, len(link) - 1))
        changed = link[:place] + wrong + link[place + 1 :]

        with contextlib.suppress(CodeNotOurs, CodeTorn, LinkTorn):
            assert read(changed, base_url=OURS).code == code

    @given(codes, st.integers(1, CHARACTERS + 1))
    def test_link_that_is_cut_off_in_its_code_is_torn(self, code, lost):
        with pytest.raises(LinkTorn):
            read(link_of(code, city="here", base_url=OURS)[:-lost], base_url=OURS)

    @pytest.mark.parametrize(
        ("foreign", "host"),
        [
            ("https://evil.example/here/pay/{code}", "evil.example"),
            ("https://pay.example.evil.example/here/pay/{code}", "pay.example.evil.example"),
            ("https://pay.example@evil.example/here/pay/{code}", "evil.example"),
            ("https://pay.example:8443/here/pay/{code}", "pay.example:8443"),
            ("https://pay.example:80/here/pay/{code}", "pay.example:80"),
            ("http://pay.example:443/here/pay/{code}", "pay.example:443"),
            ("https://pay.exarnple/here/pay/{code}", "pay.exarnple"),
            ("//evil.example/here/pay/{code}", "evil.example"),
        ],
    )
    def test_link_of_somebody_else_is_not_ours_and_its_host_is_named(self, foreign, host):
        code = PaymentCode.new(of_request=False)

        with pytest.raises(CodeNotOurs) as refusal:
            read(foreign.format(code=code), base_url=OURS)

        assert refusal.value.details == {"host": host}

    @pytest.mark.parametrize(
        "text",
        [
            "javascript:alert(1)",
            "WIFI:T:WPA;S:shop;P:secret;;",
            "tel:010-1234-5678",
            "mailto:a@pay.example",
            "intent://pay.example/here/pay/7K2M9-Q4TXC",
            "https:///here/pay/7K2M9-Q4TXC",
            "https://pay.example:x/",
            "a/b",
        ],
    )
    def test_text_that_leads_to_no_host_names_none(self, text):
        with pytest.raises(CodeNotOurs) as refusal:
            read(text, base_url=OURS)

        assert refusal.value.details == {}

    @pytest.mark.parametrize("path", ["", "/", "/here", "/here/wallet/", "/here/pay", "/here/pay/", "/he_re/pay/{code}", "/here/pay/{code}/x", "/here/pays/{code}", "/../pay/{code}", "/here/pay/?{code}", "/here/pay/nonsense!"])  # fmt: skip
    def test_link_to_another_page_of_ours_is_torn_and_never_called_elsewhere(self, path):
        code = PaymentCode.new(of_request=False)

        with pytest.raises(LinkTorn):
            read(f"{OURS}{path.format(code=code)}", base_url=OURS)

    @given(codes, turns)
    def test_code_at_the_end_of_a_link_is_read_and_torn_otherwise(self, code, turned):
        assert code_in_link(turned(str(code))) == code
        for torn in (str(code)[:-1], "nonsense!", ""):
            with pytest.raises(LinkTorn):
                code_in_link(torn)

    @given(st.text())
    def test_scanned_text_of_any_kind_is_a_code_or_one_of_three_errors(self, text):
        for each in (text, f"{OURS}/{text}", f"{OURS}/here/pay/{text}", f"https://{text}"):
            with contextlib.suppress(CodeNotOurs, CodeTorn, LinkTorn):
                read(each, base_url=OURS)

    def test_scanned_text_that_is_too_long_is_refused_as_not_ours(self):
        with pytest.raises(CodeNotOurs):
            read("7" * (LONGEST_TEXT + 1), base_url=OURS)

    @pytest.mark.parametrize(
        "text", ["", "   ", "김포페이", "١٢٣٤٥٦٧٨٩٠", "ｆｕｌｌｗｉｄｔｈ０", "7K2M9\x00Q4TX", "http://["]
    )
    def test_scanned_text_with_nothing_of_ours_in_it_is_refused_as_not_ours(self, text):
        with pytest.raises(CodeNotOurs):
            read(text, base_url=OURS)
