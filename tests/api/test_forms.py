"""Whatever is written into a form of any page, or into a body of the API, is answered and never a fault.

Forms are read from the pages themselves, so what is new is walked, too. tests/api/conftest.py fails a test that leaves a
traceback in the log of the web process. Forms and bodies are read before any database, so one is enough.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urlencode

import httpx
import pyotp
import pytest

from citycoin.platform.accounts.models import Person
from tests import patient
from tests.api.test_rim import NASTY, PAGES, REFUSED, Walker, shown, walking
from tests.api.test_tenancy import asked

pytestmark = pytest.mark.one_database

# One value for each way to fail: no database holds it; more than 64 bits; more than `int` reads, or a field takes; no day after
# it; another writing of a number.
IN_A_FIELD = ("nul", "30 digits", "60,000 digits", "the last day", "a number of another kind")
# Signs the walker out, speaks another language from then on, or has the bank spoil the deposits of the tests that follow.
NOT_WALKED = ("/sign-out", "/language", "/demo/bank/switches")
# A form of the emergency stop gets no second factor here: the city must go on for the other tests.
STOPS = "/console/stop"
TOTP = "A" * 32
FOUND_IN_FORMS = {"phone", "name", "other", "q", "name_ko", "reason", "purpose", "cap", "who", "role", "pin"}
TOKEN = "csrfmiddlewaretoken"


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


@pytest.fixture(scope="module")
def walker(world) -> Iterator[Walker]:
    with walking(world) as made:
        yield made


def forms_of(browser: httpx.Client, page: str) -> list[Form]:
    answer = browser.get(page)
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
    def test_form_with_anything_in_one_of_its_fields_is_answered(self, walker):
        walked, wrong = set(), []
        for route in PAGES:
            browser = walker.browser(route)
            for form in forms_of(browser, walker.path(route)):
                names = frozenset(form.fields) - {TOKEN}
                # The same form on another page is read by the same door.
                if (form.action, names) in walked:
                    continue
                walked.add((form.action, names))
                for name, kind in itertools.product(sorted(names), IN_A_FIELD):
                    fields = form.fields | second_factor(walker, form) | {name: NASTY[kind]}
                    answer = sent(browser, form, fields)
                    if answer.is_server_error:
                        wrong.append(f"{form.method} {form.action} {name}: {kind}: {shown(answer)}")

        assert wrong == []
        assert frozenset().union(*(names for _, names in walked)) >= FOUND_IN_FORMS


class TestBody:
    def test_body_of_the_api_with_anything_in_one_of_its_fields_is_refused_or_answered(self, walker):
        # Each on a connection of its own: a server may close one whose body it has not read.
        no_reuse = httpx.Limits(max_keepalive_connections=0)
        with patient.client(limits=no_reuse) as http:
            api = replace(walker.world.gimpo, http=http)
            for route, body in walker.here.bodies.items():
                token = walker.world.shop_token if route == "requests" else walker.world.kept.token
                for name, (kind, value) in itertools.product(body, NASTY.items()):
                    answer = api.call("POST", route, body | {name: value}, token=token)

                    assert answer.status_code in REFUSED, f"{route} {name}: {kind}: {answer.text[:200]}"
