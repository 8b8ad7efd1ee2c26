"""Each published code is heard from the running system: with its status, in both languages, and no won moved."""

import re
from contextlib import ExitStack
from functools import cache

import httpx
import pytest
from django.urls import resolve

from citycoin.foundation.http.error_page import published_errors
from citycoin.foundation.http.errors import status_of
from citycoin.foundation.kernel.errors import CityCoinError
from tests.api.page_cases import CASES
from tests.visitor import said

pytestmark = pytest.mark.one_database


def is_a_page(answer: httpx.Response) -> bool:
    return answer.headers["Content-Type"].startswith("text/html")


def is_about_money(answer: httpx.Response) -> bool:
    """Whether won could have moved by what the answer's address does."""
    return getattr(resolve(answer.url.path).func, "about_money", False)


def check_problem(answer: httpx.Response, error: type[CityCoinError]) -> None:
    """As machines read it."""
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status_of(error), error.code)
    assert (body["ko"], body["en"], body["title"]) == (error.ko, error.en, error.en)
    assert body["type"] == f"/docs/errors#{error.code}"
    assert body["status"] == answer.status_code
    assert body["number"] == error().number
    assert body["money_moved"] is False


def check_page(answer: httpx.Response, error: type[CityCoinError]) -> None:
    """As people read it: what happened, where money could have moved that none did, the number to read out."""
    text = said(answer)
    assert error.ko in text
    assert is_about_money(answer) == bool(re.search("돈은 (움직이지|나가지) 않았어요", text.replace(error.ko, "")))
    assert error().number in text
    assert error.code in answer.text
    assert answer.status_code >= 400
    assert "<title>" in answer.text
    assert "오류: " in said(answer)


@cache
def by_code() -> dict[str, type[CityCoinError]]:
    """All of them; to find them reads the whole source."""
    return {each.code: each for each in published_errors()}


@pytest.mark.parametrize("code", sorted(CASES))
def test_error_is_answered_with_its_code_and_words_and_no_won_moves(world, code):
    error = by_code()[code]
    with ExitStack() as world.undo:
        asked = CASES[code](world)
        before = world.balances()

        answer = asked()

        (check_page if is_a_page(answer) else check_problem)(answer, error)
        assert world.balances() == before
