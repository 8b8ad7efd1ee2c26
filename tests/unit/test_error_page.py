"""docs/errors.md says what the code says, and there is no code that a test doesn't provoke."""

import re

from citycoin.foundation.http.error_page import PAGE, page, published_errors
from citycoin.foundation.kernel.errors import KINDS
from tests.api.page_cases import CASES

HANGUL = re.compile("[가-힣]")


def test_error_page_is_committed_as_the_code_writes_it():
    assert PAGE.read_text() == page(), "manage.py error_page writes it"


def test_every_published_error_has_a_sentence_in_both_languages():
    for error in published_errors():
        assert HANGUL.search(error.ko), error.code
        assert error.ko.endswith("."), error.code
        assert re.fullmatch(r"[A-Z][ -~]+\.", error.en), error.code


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
