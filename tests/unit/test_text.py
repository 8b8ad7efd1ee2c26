"""Text as people type and paste it, by the tables of the Unicode standard that Python carries."""

import sys
import unicodedata
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from citycoin.foundation.kernel.money import LARGEST_MOVEMENT, Amount, InvalidAmount, Won
from citycoin.foundation.kernel.text import (
    BLANK,
    FIRST_DAY,
    LAST_DAY,
    LIKE_DASHES,
    LONGEST_NAME,
    MOST_DIGITS,
    Name,
    NameWrong,
    bare,
    comparable,
    day_of,
    first_day_of_month,
    sentence,
    six_digits,
    visible,
    whole_number,
)
from citycoin.platform.accounts.domain import phones
from merchants.domain import business_number
from merchants.domain.codes import NUMBER_BITS, PaymentCode

FORMS = ("NFC", "NFD", "NFKC", "NFKD")
JOINERS = "\u200c\u200d"
OF_CATEGORY: dict[str, list[str]] = {}
for code in range(sys.maxunicode + 1):
    OF_CATEGORY.setdefault(unicodedata.category(chr(code)), []).append(chr(code))
LETTERS = st.characters(categories=["L"]).filter(lambda letter: letter not in BLANK)
NEVER = st.characters(categories=["Cc", "Cf", "Co", "Cs", "Zl", "Zp"]).filter(lambda each: each not in JOINERS)
UNSEEN = st.text(st.sampled_from(OF_CATEGORY["Cf"]), max_size=3)
GAPS = st.text(st.sampled_from([*OF_CATEGORY["Cf"], *OF_CATEGORY["Pd"], *OF_CATEGORY["Zs"], *LIKE_DASHES]), max_size=3)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAMED = [
    "가족👨‍👩‍👧",
    "김포 상회",
    "카페 ☕️",
    "❤️‍🔥불꽃",
    "🏳️‍🌈 가게",
    "끄덕🙂‍↔️",
    "می‌خواهم",  # Persian, with a non-joiner
    "क्‍ष",  # Devanagari, with a joiner
    "র‍্যাব",  # Bengali, with a joiner before the sign
    "O’Neill & 아들",
    "1번 계산대",
    "이모지🫨가",  # newer than the tables of some Pythons
]


def with_gaps(draw, digits: str) -> str:
    return draw(GAPS) + "".join(digit + draw(GAPS) for digit in digits)


@st.composite
def pasted(draw, digits):
    """A number with any format character, dash and space between its digits, some of them in full width."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    text = "".join(draw(st.sampled_from([digit, digit.translate(wide)])) for digit in draw(digits))
    return with_gaps(draw, text)


class TestName:
    @pytest.mark.parametrize("text", NAMED)
    def test_name_that_people_have_is_taken_as_it_is(self, text):
        assert Name(text) == unicodedata.normalize("NFC", text)

    @given(LETTERS, st.sampled_from(FORMS[:2]))
    def test_name_of_a_letter_of_any_script_is_taken_in_its_composed_form(self, letter, form):
        assert Name(unicodedata.normalize(form, letter)) == unicodedata.normalize("NFC", letter)

    @pytest.mark.parametrize("category", ["Cc", "Cf", "Zl", "Zp"])
    def test_name_with_any_character_that_controls_or_breaks_a_line_is_refused(self, category):
        for character in set(OF_CATEGORY[category]) - set(JOINERS):
            for text in (character, f"가{character}나", f"{character}가", f"가{character}"):
                with pytest.raises(NameWrong):
                    Name(text)

    @given(LETTERS, NEVER, LETTERS)
    @example("점", "\u202e", "방")
    @example("점", "\ue000", "방")
    @example("점", "\0", "방")
    def test_name_with_a_character_that_is_none_of_a_text_is_refused(self, before, never, after):
        with pytest.raises(NameWrong):
            Name(before + never + after)

    @pytest.mark.parametrize("joiner", JOINERS)
    @pytest.mark.parametrize("around", [("가", "나"), ("a", "b"), ("", "가"), ("가", ""), ("1", "가"), ("漢", "字")])
    def test_name_with_a_joiner_that_nothing_needs_is_refused(self, joiner, around):
        with pytest.raises(NameWrong):
            Name(joiner.join(around))

    @pytest.mark.parametrize(
        "text", ["", " ", "123", "-", "☕️", *sorted(BLANK), "가\u3164게", "가\ufffd", "가\ufffe", "가\U000e0041"]
    )
    def test_name_without_letters_or_with_what_draws_nothing_is_refused(self, text):
        with pytest.raises(NameWrong):
            Name(text)

    def test_name_with_any_space_of_the_tables_gets_a_plain_one(self):
        for space in OF_CATEGORY["Zs"]:
            assert Name(f"{space}김포{space}{space}상회{space}") == "김포 상회"

    @given(st.integers(1, LONGEST_NAME))
    def test_name_is_counted_in_the_form_that_is_stored(self, longest):
        text = unicodedata.normalize("NFD", "각" * longest)

        assert len(Name(text, longest=longest)) == longest
        with pytest.raises(NameWrong):
            Name(text + "각", longest=longest)

    @given(WORDS)
    def test_name_of_a_name_is_the_same_and_what_is_refused_stays_refused_in_every_form(self, text):
        def judged(form):
            try:
                return Name(unicodedata.normalize(form, text))
            except NameWrong:
                return None

        name = judged("NFC")

        assert judged("NFD") == name
        assert name is None or Name(name) == name


class TestComparable:
    def test_every_character_of_the_tables_is_the_same_in_all_four_forms(self):
        """As the standard's NormalizationTest.txt asks it of an implementation, for what is compared."""
        for characters in OF_CATEGORY.values():
            for character in characters:
                if unicodedata.decomposition(character) and comparable(character) != "":
                    assert len({comparable(unicodedata.normalize(form, character)) for form in FORMS}) == 1, character

    @given(WORDS, st.sampled_from(FORMS))
    def test_text_compared_is_the_same_in_every_form_and_case_and_compared_again(self, text, form):
        same = comparable(text)

        assert comparable(unicodedata.normalize(form, text)) == same
        assert comparable(same) == same
        assert comparable(text.casefold()) == same

    @given(st.text(LETTERS, min_size=1, max_size=8), UNSEEN, st.integers(0, 8))
    @example("김포상회", "\u200b", 2)
    def test_text_with_characters_that_nobody_sees_is_compared_without_them(self, text, unseen, place):
        assert comparable(text[:place] + unseen + text[place:]) == comparable(text)

    @pytest.mark.parametrize(
        ("stored", "sought"),
        [("김포 상회", "김포\u3000상회"), ("ＣＡＦＥ 봄", "cafe 봄"), ("Straße", "STRASSE"), ("㈜봄", "(주)봄")],
    )
    def test_text_that_people_read_as_the_same_is_compared_as_the_same(self, stored, sought):
        assert comparable(stored) == comparable(sought)


class TestSentence:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("  두  칸 ", "두 칸"),
            ("한 줄\r\n두 줄", "한 줄\n두 줄"),
            ("\u202e거꾸로\0", "거꾸로"),
            ("\u200b \u3164", ""),
            (unicodedata.normalize("NFD", "사유"), "사유"),
        ],
    )
    def test_sentence_is_kept_without_what_nobody_sees(self, typed, kept):
        assert sentence(typed) == kept

    @given(st.text())
    def test_sentence_of_any_text_is_a_sentence_without_controls(self, text):
        said = sentence(text)

        assert sentence(said) == said
        assert {unicodedata.category(each) for each in said.replace("\n", "")}.isdisjoint(
            {"Cc", "Cs", "Co", "Zl", "Zp"}
        )


class TestPastedNumbers:
    @given(pasted(st.from_regex(r"010[0-9]{8}", fullmatch=True)))
    @example("\u202a010‑1234–5678\u202c")
    @example("\u2068010-1234-5678\u2069")
    @example("\ufeff０１０-１２３４-５６７８")
    @example("82-10-1234-5678")
    @example("0082 10 1234 5678")
    @example("+82(0)10·1234·5678")
    def test_phone_number_pasted_with_anything_between_its_digits_is_read(self, text):
        digits = phones.digits_of(text)

        assert (len(digits), digits[:3]) == (11, "010")

    @pytest.mark.parametrize("text", ["8210", "0101234567890", "0282101234567", "+1 202 555 0100", "010-1234-٥٦٧٨"])
    def test_phone_number_that_is_none_is_refused_however_it_is_pasted(self, text):
        with pytest.raises(phones.PhoneWrong):
            phones.digits_of(text)

    @given(pasted(st.just("1248100998")))
    def test_business_number_pasted_with_anything_between_its_digits_is_read(self, text):
        assert business_number.is_business_number(business_number.digits_of(text))

    @given(pasted(st.from_regex(r"[0-9]{6}", fullmatch=True)))
    @example("123 456")
    @example("123-456")
    def test_one_time_code_pasted_with_anything_between_its_digits_is_read(self, text):
        assert len(six_digits(text)) == 6

    @pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "12.3456"])
    def test_one_time_code_that_can_be_none_is_no_code(self, text):
        assert six_digits(text) is None

    @given(st.integers(0, 2**NUMBER_BITS - 1).map(PaymentCode), st.data())
    def test_payment_code_with_any_gap_between_its_letters_is_read(self, code, data):
        assert PaymentCode.parse(with_gaps(data.draw, str(code).replace("-", ""))) == code

    @given(st.text())
    def test_bare_and_visible_text_has_no_character_that_nobody_sees(self, text):
        assert not any(unicodedata.category(each) == "Cf" for each in visible(text))
        assert not any(each.isspace() for each in bare(text) if unicodedata.category(each) == "Zs" and each != " ")


class TestWholeNumber:
    @given(st.integers(0, 10**MOST_DIGITS - 1))
    def test_whole_number_in_ascii_digits_is_read(self, number):
        assert whole_number(str(number)) == number

    @pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1\n", "1_0", "1.0", "9" * (MOST_DIGITS + 1), "9" * 5_000])
    def test_whole_number_of_another_form_or_without_a_length_is_none(self, text):
        assert whole_number(text) is None

    def test_digits_of_other_scripts_in_the_tables_are_no_number_and_no_won(self):
        for digit in set(OF_CATEGORY["Nd"]) - set("0123456789"):
            assert whole_number(digit) is None
            with pytest.raises(InvalidAmount):
                Won.typed(digit)

    @given(st.dates(FIRST_DAY, LAST_DAY))
    def test_day_as_a_browser_sends_it_is_read(self, day):
        assert day_of(day.isoformat()) == day
        assert first_day_of_month(f"{day:%Y-%m}") == day.replace(day=1)

    @pytest.mark.parametrize(
        "text",
        ["", "9999-12-31", "0001-01-01", "1999-12-31", "20261129", "2026-W48-7", "2026-02-30", "２０２６-11-29", "x"],
    )
    def test_day_that_is_none_or_far_outside_is_none(self, text):
        assert day_of(text) is None
        assert first_day_of_month(text[:7]) is None or text == "2026-02-30"


class TestTypedWon:
    @given(
        st.integers(0, 10**15 - 1),
        st.sampled_from(["{}", "{:,}", "{}원", "{:,}원", "{:,} 원", " {:,} ", "\u202a{}\u202c"]),
    )
    def test_won_typed_into_a_form_are_read_in_each_of_their_spellings(self, won, spelling):
        assert Won.typed(spelling.format(won)) == Won(won)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "원",
            "5,00",
            "5,0000",
            ",500",
            "5,000,",
            "1.5",
            "-5",
            "+5",
            "5e3",
            "5 000",
            "５０００",
            "₩5,000",
            "오천",
            "9" * 16,
        ],
    )
    def test_won_typed_in_any_other_way_are_refused(self, text):
        with pytest.raises(InvalidAmount):
            Won.typed(text)


class TestAmount:
    @pytest.mark.parametrize("least_or_most", [1, LARGEST_MOVEMENT])
    def test_amount_that_can_move_is_the_same_number_of_won(self, least_or_most):
        amount = Amount(least_or_most)

        assert amount == Won(least_or_most)
        assert hash(amount) == hash(Won(least_or_most))
        assert Won(0) < amount <= Won(LARGEST_MOVEMENT)

    @pytest.mark.parametrize("nothing", [0, -1, LARGEST_MOVEMENT + 1, True, 1.0, "1"])
    def test_amount_that_cannot_move_is_refused(self, nothing):
        with pytest.raises(InvalidAmount):
            Amount(nothing)

    def test_amount_less_itself_is_nothing_and_no_amount(self):
        left = Amount(5) - Amount(5)

        assert (left, type(left)) == (Won(0), Won)


def test_days_of_pages_stay_within_the_calendar_when_a_zone_or_a_day_is_added():
    assert date.min < FIRST_DAY < LAST_DAY < date.max
