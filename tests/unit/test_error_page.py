"""docs/errors.md says what the code says, and there is no code that a test doesn't provoke."""

import hashlib
import re

from citycoin.foundation.http.error_page import PAGE, page, published_errors
from citycoin.foundation.kernel.error_numbers import NUMBERS
from citycoin.foundation.kernel.errors import KINDS
from tests.api.page_cases import CASES

# The numbers as they were first published. More follow them; none of these ever becomes another.
FIRST, FIRST_DIGEST = 120, "6e260a7c5f1fc489c32b788aa165de0c6d7f1d6ada3a46a7f008e626dbeb13a9"
HANGUL = re.compile("[가-힣]")
# How a sentence says what to do next: it asks, says who has to act, or that there is nothing left to do.
ASKS_IN_KOREAN = re.compile("(주세요|주십시오|하실 일은 없고)[., ]")
ASKS_IN_ENGLISH = re.compile(r"\b([Pp]lease|[Cc]hoose|[Mm]ake|ask|wait|nothing left to do)\b")


def test_error_page_is_committed_as_the_code_writes_it():
    assert PAGE.read_text() == page(), "manage.py error_page writes it"


def test_every_published_error_has_a_sentence_in_both_languages():
    for error in published_errors():
        assert HANGUL.search(error.ko), error.code
        assert error.ko.endswith("."), error.code
        assert re.fullmatch(r"[A-Z][ -~]+\.", error.en), error.code


def test_every_published_error_says_in_both_languages_what_to_do_next():
    errors = published_errors()

    assert [error.code for error in errors if not ASKS_IN_KOREAN.search(error.ko)] == []
    assert [error.code for error in errors if not ASKS_IN_ENGLISH.search(error.en)] == []


def test_every_published_error_has_a_number_whose_digits_are_its_own():
    digits = [number.partition("-")[2] for number in NUMBERS.values()]

    assert {error.code for error in published_errors()} <= NUMBERS.keys(), "manage.py error_page gives numbers"
    assert all(re.fullmatch("[CGPRSTX]-[1-9][0-9]{3}", number) for number in NUMBERS.values())
    assert len(set(digits)) == len(digits)
    assert digits == sorted(digits), "numbers are only ever added at the end"


def test_number_that_was_published_never_becomes_another():
    first = [f"{code} {number}" for code, number in list(NUMBERS.items())[:FIRST]]

    assert hashlib.sha256("\n".join(first).encode()).hexdigest() == FIRST_DIGEST


def test_every_published_error_has_a_code_of_its_own():
    errors = [error for error in published_errors() if error not in KINDS]
    written = [error for error in _all_below(KINDS) if error in errors]

    assert len({error.code for error in written}) == len(written)
    assert all(re.fullmatch("[a-z][a-z_]*", error.code) for error in errors)


def test_every_published_error_and_no_other_has_a_case_that_provokes_it():
    assert set(CASES) == {error.code for error in published_errors()}


def _all_below(kinds):
    for kind in kinds:
        yield from (each for each in kind.__subclasses__() if "code" in each.__dict__)
        yield from _all_below(kind.__subclasses__())
