"""The check digit of a Korean business number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.domain.business_number import check_digit, is_business_number

NINE = st.text(alphabet="0123456789", min_size=9, max_size=9)


@pytest.mark.parametrize("real", ["1248100998", "2208162517", "1018109147"])
def test_business_number_of_a_well_known_company_is_taken(real):
    assert is_business_number(real)


@given(NINE.filter(lambda nine: nine != "0" * 9))
def test_business_number_has_one_right_last_digit_of_ten(nine):
    good = [digit for digit in "0123456789" if is_business_number(nine + digit)]

    assert good == [str(check_digit(nine))]


@given(NINE, st.integers(min_value=0, max_value=7), st.integers(min_value=1, max_value=9))
def test_business_number_with_one_wrong_digit_of_the_first_eight_is_refused(nine, place, off):
    wrong = nine[:place] + str((int(nine[place]) + off) % 10) + nine[place + 1 :]

    assert not is_business_number(wrong + str(check_digit(nine)))


def test_business_number_of_nobody_is_refused_though_its_check_digit_fits():
    assert check_digit("0" * 9) == 0
    assert not is_business_number("0" * 10)


@pytest.mark.parametrize("text", ["", "124810099", "12481009980", "124-81-00998", "１２４８１００９９８", "12481009g8"])
def test_business_number_that_is_not_ten_ascii_digits_is_refused(text):
    assert not is_business_number(text)
