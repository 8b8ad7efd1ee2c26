"""Each published code is heard from the running system: with its status, in both languages, and no won moved."""

from contextlib import ExitStack

import pytest

from citycoin.api.error_page import published_errors
from citycoin.api.errors import status_of
from tests.api.cases import CASES


@pytest.mark.parametrize("code", sorted(CASES))
def test_is_answered_with_its_code_in_both_languages_and_no_won_moves(world, code):
    error = next(each for each in published_errors() if each.code == code)
    with ExitStack() as world.undo:
        asked = CASES[code](world)
        before = world.balances()

        answer = asked()

        said = answer.json()
        assert (answer.status_code, said["code"]) == (status_of(error), code)
        assert (said["ko"], said["en"], said["title"]) == (error.ko, error.en, error.en)
        assert said["type"] == f"/docs/errors#{code}"
        assert said["status"] == answer.status_code
        assert said["money_moved"] is False
        assert world.balances() == before
