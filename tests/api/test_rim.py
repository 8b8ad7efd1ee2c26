"""Whatever is written into a path, a query or a form of any page, or into a body of the API, is answered and never a fault.

Routes are read from the URL table, forms from the pages themselves, and the names of a query from the doors' own code, so
what is new is walked, too. tests/api/conftest.py fails a test that leaves a traceback in the log of the web process.
"""

from __future__ import annotations

import ast
import itertools
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import httpx
import pyotp
import pytest
from django.conf import settings

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.text import is_text
from citycoin.foundation.tls import tls
from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.pages.doors.middleware import LONGEST_QUERY
from citycoin.runtime.domain.addresses import ROOT
from tests.api.test_tenancy import API, ROUTES, Belongings, asked, belongings, browsers_of, parts_of, path, signed_in
from tests.api.world import World

pytestmark = pytest.mark.both_databases

NASTY = {
    "nul": "가\0나",
    "30 digits": "9" * 30,
    "5,000 digits": "9" * 5_000,
    "60,000 letters": "a" * 60_000,
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
# What each place is tried with: every field with everything would take minutes and find no more.
IN_A_PATH = ("nul", "30 digits", "5,000 digits", "the last day", "turned round", "arabic digits", "below zero")
IN_A_QUERY = ("nul", "5,000 digits", "60,000 letters", "the last day", "the first day", "turned round")
IN_A_FIELD = (
    "nul",
    "5,000 digits",
    "60,000 letters",
    "the last day",
    "turned round",
    "a filler",
    "a number of another kind",
)
REFUSED = {400, 404}
TAKES_NO_GET = {400, 405}  # the API says 400
# Whose pages nobody sees who has signed in already, or has a wallet.
OF_NOBODY = ("sign-in", "officials/sign-in", "<slug:city>/wallet/start")
# Signs the walker out, or speaks another language from then on.
NOT_WALKED = ("/sign-out", "/language")
# A form of the emergency stop gets no second factor here: the city must go on for the other tests.
STOPS = "/console/stop"
TOTP = "A" * 32
TOKEN = "csrfmiddlewaretoken"
# A long text goes into a few names: a text, a number, a day, a path.
FITS_MANY_TIMES = 100
LONG_IN = ("q", "again", "before", "next", "month", "page")
PAGES = [route for route in ROUTES if not route.startswith(API)]
PAGES += ["sign-in", "sign-in/code", "officials/sign-in", "demo/bank", "demo/inbox"]
SERVED_BY = ("citycoin/web", "citycoin/platform", "merchants", "wallets", "citycoin/money")


@dataclass
class Form:
    """A form of a page: where it goes, and what stands in its fields."""

    page: str
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """Every form of a page, as a browser without scripts would send it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.found, self._select = page, [], ""

    def handle_starttag(self, tag, attrs):
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(self.page, said.get("action") or self.page, said.get("method", "get").upper()))
        elif self.found and said.get("name"):
            self._field(tag, said)
        elif self.found and tag == "option" and self._select:
            self.found[-1].fields[self._select] = self.found[-1].fields[self._select] or said.get("value", "")

    def _field(self, tag, said):
        fields = self.found[-1].fields
        self._select = said["name"] if tag == "select" else ""
        if tag in {"input", "select", "textarea", "button"}:
            fields.setdefault(said["name"], said.get("value", "") if said.get("type") != "checkbox" else "yes")


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


@pytest.fixture(scope="module")
def walker(world) -> Iterator[Walker]:
    here = belongings(world.gimpo.city, world.kept, world.shop)
    newcomer = signed_in(world, person_of_phone(phone=f"0107{secrets.randbelow(10**7):07}", now=clock.now()))
    asked(newcomer, "POST", "/sign-in", data={"phone": f"0108{secrets.randbelow(10**7):07}"})
    made = Walker(world, here, {**browsers_of(world, here), "nobody yet": newcomer})
    yield made
    for each in made.browsers.values():
        each.close()


def answered(answer: httpx.Response, case: str) -> httpx.Response:
    assert answer.status_code < 500, f"{case}: {answer.status_code} {answer.text[:300]}"
    return answer


class TestPath:
    @pytest.mark.parametrize("route", [route for route in ROUTES if parts_of(route)])
    def test_part_of_a_path_that_can_be_none_is_not_found(self, walker, route):
        for (_, part), name in itertools.product(parts_of(route), IN_A_PATH):
            where = walker.path(route.replace(part, "NASTY", 1)).replace("NASTY", quote(NASTY[name], safe=""))
            answer = answered(asked(walker.browser(route), "GET", where), f"GET {route}: {name}")
            if answer.status_code in TAKES_NO_GET:
                answer = answered(asked(walker.browser(route), "POST", where), f"POST {route}: {name}")
            assert answer.status_code in {*REFUSED, 405} or answer.is_redirect, f"{route}, {name}: {answer.status_code}"

    @pytest.mark.parametrize("value", ["9" * 30, "9" * 5_000, "%00", "٣", "-1", "x"], ids=lambda text: text[:6])
    @pytest.mark.parametrize("shape", ["/live/{}", "/live/gimpo/shops/{}", "/live/{}/shops/1"])
    def test_path_of_the_live_stream_that_can_be_none_is_not_found(self, world, shape, value):
        before = world.system.log("live")

        answer = httpx.get(
            world.system.live_url + shape.format(value if value == "%00" else quote(value)), verify=tls()
        )

        assert answer.status_code == 404
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


def queries(value: str) -> list[str]:
    """The value under every name; a long one under a few, as many at a time as a query may hold, or under one."""
    if len(value) < FITS_MANY_TIMES:
        return [urlencode(dict.fromkeys(names_of_queries(), value))]
    at_once = LONGEST_QUERY // (len(urlencode({"": value})) + 10)
    if not at_once:
        return [urlencode({LONG_IN[0]: value})]
    return [
        urlencode(dict.fromkeys(LONG_IN[first : first + at_once], value)) for first in range(0, len(LONG_IN), at_once)
    ]


class TestQuery:
    @pytest.mark.parametrize("name", IN_A_QUERY)
    def test_query_with_anything_in_it_is_answered_or_refused_on_every_page(self, walker, name):
        for route, query in itertools.product(PAGES, queries(NASTY[name])):
            answer = answered(asked(walker.browser(route), "GET", f"{walker.path(route)}?{query}"), f"{route}: {name}")
            if not is_text(NASTY[name]) or len(query) > LONGEST_QUERY:
                assert answer.status_code == 400, f"{route}: {answer.status_code}"

    @pytest.mark.parametrize("q", [NASTY["60,000 letters"], "\0", "a\0b"], ids=["60,000 letters", "nul", "nul inside"])
    def test_search_for_shops_that_is_no_text_or_too_long_is_refused(self, walker, q):
        assert walker.browser("").get(f"/gimpo/shops/?{urlencode({'q': q})}").status_code == 400

    @pytest.mark.parametrize(
        "q", [NASTY["many words"], "%", "_", "\\", "\u200b", "9" * 5_000], ids=lambda text: ascii(text[:6])
    )
    def test_search_for_shops_that_nobody_is_called_is_answered(self, walker, q):
        assert walker.browser("").get(f"/gimpo/shops/?{urlencode({'q': q})}").status_code == 200

    def test_cookie_that_is_no_text_counts_for_none(self, world):
        for name in (settings.SESSION_COOKIE_NAME, settings.COUNTER_COOKIE_NAME, settings.BROWSER_COOKIE_NAME):
            headers = {"Cookie": f'{name}="{"a" * 32}\\000"'}

            answer = httpx.get(f"{world.system.web_url}/gimpo/shops/1/counter", headers=headers, verify=tls())

            assert answer.is_redirect, answer.text[:300]


def forms_of(browser: httpx.Client, page: str) -> list[Form]:
    answer = answered(browser.get(page), page)
    if not answer.is_success or "html" not in answer.headers["content-type"]:
        return []
    forms = Forms(page)
    forms.feed(answer.text)
    return [form for form in forms.found if not form.action.endswith(NOT_WALKED)]


def sent(browser: httpx.Client, form: Form, fields: dict[str, str]) -> httpx.Response:
    if form.method == "GET":
        return browser.get(f"{form.action}?{urlencode(fields)}")
    return asked(browser, "POST", form.action, data=fields)


def second_factor(walker, form: Form) -> dict[str, str]:
    """The right one, where the form asks for it, so that its other fields are read, too."""
    if "/console/" not in form.action or "code" not in form.fields or STOPS in form.action:
        return {}
    Person.objects.filter(pk=walker.here.official.person_id).update(totp_used_step=0, failures=0, locked_until=None)
    return {"code": pyotp.TOTP(TOTP).now()}


class TestForm:
    @pytest.mark.parametrize("route", PAGES)
    def test_form_with_anything_in_one_of_its_fields_is_answered(self, walker, route):
        browser = walker.browser(route)
        for form in forms_of(browser, walker.path(route)):
            for name, kind in itertools.product(sorted(form.fields.keys() - {TOKEN}), IN_A_FIELD):
                fields = form.fields | second_factor(walker, form) | {name: NASTY[kind]}
                answered(sent(browser, form, fields), f"{form.method} {form.action} {name}: {kind}")

    def test_forms_of_the_pages_are_found(self, walker):
        fields = {
            name
            for route in PAGES
            for form in forms_of(walker.browser(route), walker.path(route))
            for name in form.fields
        }

        assert fields >= {"phone", "name", "other", "q", "name_ko", "reason", "purpose", "cap", "who", "role", "pin"}


class TestBody:
    def test_body_of_the_api_with_anything_in_one_of_its_fields_is_refused_or_answered(self, walker):
        for route, body in walker.here.bodies.items():
            token = walker.world.shop_token if route == "requests" else walker.world.kept.token
            for name, (kind, value) in itertools.product(body, NASTY.items()):
                answer = walker.world.gimpo.call("POST", route, body | {name: value}, token=token)

                assert answer.status_code in REFUSED, f"{route} {name}: {kind}: {answer.text[:200]}"
