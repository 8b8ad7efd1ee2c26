"""Sums of won as people read them."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation.bilingual import Words
from citycoin.foundation.sums import compact_won, exact_won, short_won

SUMS = st.integers(min_value=-(10**15), max_value=10**15)
KOREAN = {"조": 10**12, "억": 10**8, "만": 10**4}
ENGLISH = {"trillion": 10**12, "billion": 10**9, "million": 10**6}


def read_korean(text: str) -> int:
    """The sum that ``5억 2,000만 원`` says."""
    sign = -1 if text.startswith("−") else 1
    parts = text.removeprefix("−").removesuffix("원").split()
    return sign * sum(int(part.rstrip("조억만").replace(",", "")) * KOREAN.get(part[-1], 1) for part in parts)


def read_english(text: str) -> Decimal:
    """The sum that ``₩520 million`` says."""
    number, _, unit = text.removeprefix("−").removeprefix("₩").partition(" ")
    return (-1 if text.startswith("−") else 1) * Decimal(number.replace(",", "")) * ENGLISH.get(unit, 1)


class TestShortWon:
    @pytest.mark.parametrize(
        ("amount", "ko", "en"),
        [
            (0, "0원", "₩0"),
            (52_000, "52,000원", "₩52,000"),
            (999_999, "999,999원", "₩999,999"),
            (1_720_000, "172만 원", "₩1.72 million"),
            (520_000_000, "5억 2,000만 원", "₩520 million"),
            (12_000_000_000, "120억 원", "₩12 billion"),
            (10_312_000_000, "103억 1,200만 원", "₩10.312 billion"),
            (999_999_999, "10억 원", "₩1 billion"),
            (1_234_500_000_000, "1조 2,345억 원", "₩1.2345 trillion"),
            (-1_015_000, "−102만 원", "−₩1.02 million"),
        ],
    )
    def test_sum_is_said_in_each_language_as_people_say_it(self, amount, ko, en):
        assert short_won(amount) == Words(ko, en)

    @given(SUMS)
    def test_sum_in_whole_man_is_exact_and_any_other_is_off_by_half_a_man_at_most(self, amount):
        said = short_won(amount)

        assert read_english(said.en) == read_korean(said.ko)
        assert abs(read_korean(said.ko) - amount) <= (0 if amount % 10_000 == 0 or abs(amount) < 10**6 else 5_000)

    @given(SUMS)
    def test_sum_without_unit_is_the_same_sum(self, amount):
        assert short_won(amount).ko.removesuffix("원").rstrip() == short_won(amount, unit=False).ko


class TestCompactWon:
    @pytest.mark.parametrize(
        ("amount", "beside", "ko", "en"),
        [
            (50_000_000, 300_000_000, "0.5억", "50m"),
            (4_000_000_000, 4_000_000_000, "40억", "4bn"),
            (-50_000, 100_000, "−5만", "−50k"),
            (2_000, 8_000, "2,000", "2,000"),
            (0, 10**9, "0", "0"),
        ],
    )
    def test_number_of_a_scale_is_in_the_unit_of_its_largest(self, amount, beside, ko, en):
        assert compact_won(amount, beside=beside) == Words(ko, en)

    @given(SUMS, SUMS)
    def test_number_of_a_scale_has_a_tenth_at_most_and_one_unit(self, amount, beside):
        said = compact_won(amount, beside=beside)
        for text in (said.ko, said.en):
            assert re.fullmatch(r"−?[0-9,]+(\.[1-9])?(조|억|만|tn|bn|m|k)?", text)


@given(SUMS)
def test_exact_won_loses_no_won(amount):
    assert read_korean(exact_won(amount).ko) == amount == read_english(exact_won(amount).en)
