"""Whatever is written into a path or a query of any page is answered and never a fault; test_forms.py does so with forms.

Routes are read from the URL table, and the names of a query from the doors' own code, so what is new is walked, too.
tests/api/conftest.py fails a test that leaves a traceback in the log of the web process.
"""

from __future__ import annotations

import ast
import itertools
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote, urlencode

import httpx
import pytest
from django.conf import settings
from django.db import connection

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.pages.doors.middleware import LONGEST_QUERY
from citycoin.runtime.domain.addresses import ROOT
from tests import patient
from tests.api.test_tenancy import API, ROUTES, Belongings, asked, belongings, browsers_of, parts_of, path, signed_in
from tests.api.world import World

pytestmark = pytest.mark.both_databases

NASTY = {
    "nul": "가\0나",
    "30 digits": "9" * 30,
    "5,000 digits": "9" * 5_000,
    "60,000 digits": "9" * 60_000,
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "decomposed": unicodedata.normalize("NFD", "김포"),
    "turned round": "\u202e가짜",
    "a filler": "\u3164",
    "no width": "\u200b",
    "a noncharacter": "\uffff",
    "arabic digits": "١٢",
    "a number of another kind": "1e400",
    "below zero": "-1",
    "not a number": "NaN",
    "quotes and patterns": "'\"%_\\",
    "many words": "a " * 1_000,
}
# What each place is tried with, one value for each way to fail: no database holds it; more than 64 bits; more than `int` reads, or
# a field takes; no day after it, none before it; what isn't written as it is read; another writing of a number.
IN_A_PATH = ("nul", "30 digits", "5,000 digits", "the last day", "turned round", "arabic digits", "below zero")
# A view reads a text by itself; any other part is read by its converter, the same on every route.
IN_A_PART_WITH_A_CONVERTER = ("30 digits", "5,000 digits")
# Days, texts and Unicode are read before any database; a number beyond 64 bits is more to SQLite's driver than to PostgreSQL's.
IN_A_QUERY = {
    "postgresql": ("5,000 digits", "the last day", "the first day"),
    "sqlite": ("5,000 digits", "30 digits"),
}
REFUSED = {400, 404}
TAKES_NO_GET = {400, 405}  # the API says 400
# Whose pages nobody sees who has signed in already, or has a wallet.
OF_NOBODY = ("sign-in", "officials/sign-in", "<slug:city>/wallet/start")
# A query holds a long number three times: under names that pages of this kind read.
FITS_MANY_TIMES = 100
LONG_IN = {"/console/": ("year", "cap", "page"), "/shops/": ("q", "again", "before"), "": ("amount", "month", "next")}
# A poster takes half a second to draw, and reads nothing but its path.
PAGES = [route for route in ROUTES if not route.startswith(API) and not route.endswith(".pdf")]
PAGES += ["sign-in", "sign-in/code", "officials/sign-in", "demo/bank", "demo/inbox"]
SERVED_BY = ("citycoin/web", "citycoin/platform", "merchants", "wallets", "citycoin/money")


@dataclass
class Walker:
    """Somebody for each kind of page of one city, and what fills its routes."""

    world: World
    here: Belongings
    browsers: dict[str, httpx.Client]

    def browser(self, route: str) -> httpx.Client:
        """Of whoever the page is for."""
        if route.startswith(OF_NOBODY):
            return self.browsers["nobody yet"]
        return self.browsers["official" if "/console/" in route else "citizen and shopkeeper"]

    def path(self, route: str) -> str:
        """Filled by what there is."""
        return path(route, self.here.slug, self.here)


@contextmanager
def walking(world: World) -> Iterator[Walker]:
    """The walker of Gimpo, until their browsers are closed."""
    here = belongings(world.gimpo.city, world.kept, world.shop)
    newcomer = signed_in(world, person_of_phone(phone=f"0107{secrets.randbelow(10**7):07}", now=clock.now()))
    asked(newcomer, "POST", "/sign-in", data={"phone": f"0108{secrets.randbelow(10**7):07}"})
    made = Walker(world, here, {**browsers_of(world, here), "nobody yet": newcomer})
    yield made
    for each in made.browsers.values():
        each.close()


@pytest.fixture(scope="module")
def walker(world) -> Iterator[Walker]:
    with walking(world) as made:
        yield made


def shown(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.text[:300]}"


class TestPath:
    def test_part_of_a_path_that_can_be_none_is_not_found(self, walker):
        wrong = []
        for route in ROUTES:
            for _, part in parts_of(route):
                for name in IN_A_PATH if part.startswith("<str:") else IN_A_PART_WITH_A_CONVERTER:
                    where = walker.path(route.replace(part, "NASTY", 1)).replace("NASTY", quote(NASTY[name], safe=""))
                    answer = asked(walker.browser(route), "GET", where)
                    if answer.status_code in TAKES_NO_GET:
                        answer = asked(walker.browser(route), "POST", where)
                    if answer.status_code not in {*REFUSED, 405} and not answer.is_redirect:
                        wrong.append(f"{route}, {part}: {name}: {shown(answer)}")
        assert wrong == []

    def test_path_of_the_live_stream_that_can_be_none_is_not_found(self, world):
        before = world.system.log("live")
        shapes = ("/live/{}", "/live/gimpo/shops/{}", "/live/{}/shops/1")
        parts = ("9" * 30, "9" * 5_000, "%00", quote("٣"), "-1", "x")

        with patient.client(base_url=world.system.live_url) as http:
            answers = [http.get(shape.format(part)) for shape, part in itertools.product(shapes, parts)]

        assert [(answer.url.path[:40], answer.status_code) for answer in answers if answer.status_code != 404] == []
        assert "Traceback" not in world.system.log("live")[len(before) :]


@cache
def names_of_queries() -> list[str]:
    """What the doors and the drafts ask a query for, as their code says it."""
    files = [file for top in SERVED_BY for file in (ROOT / top).rglob("*.py") if {"doors", "domain"} & {*file.parts}]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    said = [node.args[0] for node in nodes if isinstance(node, ast.Call) and node.args and _is_get(node.func)]
    said += [node.left for node in nodes if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In)]
    return sorted({each.value for each in said if isinstance(each, ast.Constant) and isinstance(each.value, str)})


def _is_get(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and called.attr == "get"


def query_of(route: str, value: str) -> str:
    """The value under every name; a long one under those of the route's kind."""
    names = names_of_queries()
    if len(value) > FITS_MANY_TIMES:
        names = next(names for part, names in LONG_IN.items() if part in f"/{route}/")
    return urlencode(dict.fromkeys(names, value))


class TestQuery:
    def test_query_with_anything_in_it_is_answered_on_every_page(self, walker):
        wrong = []
        for route, name in itertools.product(PAGES, IN_A_QUERY[connection.vendor]):
            query = query_of(route, NASTY[name])
            assert len(query) < LONGEST_QUERY
            answer = asked(walker.browser(route), "GET", f"{walker.path(route)}?{query}")
            if answer.is_server_error:
                wrong.append(f"{route}: {name}: {shown(answer)}")
        assert wrong == []

    @pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "%00=q", f"q={'a' * 60_000}"], ids=lambda text: text[:6])
    def test_query_that_no_page_can_read_is_refused_before_any_page(self, walker, query):
        for route in ("<slug:city>/", "<slug:city>/shops/", "<slug:city>/wallet/", "<slug:city>/console/", "sign-in"):
            answer = asked(walker.browser(route), "GET", f"{walker.path(route)}?{query}")

            assert answer.status_code == 400, f"{route}: {shown(answer)}"

    @pytest.mark.parametrize(
        "q", [NASTY["many words"], "%", "_", "\\", "\u200b", "9" * 5_000], ids=lambda text: ascii(text[:6])
    )
    def test_search_for_shops_that_nobody_is_called_is_answered(self, walker, q):
        assert walker.browser("").get(f"/gimpo/shops/?{urlencode({'q': q})}").status_code == 200

    def test_cookie_that_is_no_text_counts_for_none(self, world):
        for name in (settings.SESSION_COOKIE_NAME, settings.COUNTER_COOKIE_NAME, settings.BROWSER_COOKIE_NAME):
            headers = {"Cookie": f'{name}="{"a" * 32}\\000"'}

            answer = patient.get(f"{world.system.web_url}/gimpo/shops/1/counter", headers=headers)

            assert answer.is_redirect, answer.text[:300]
