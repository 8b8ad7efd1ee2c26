"""A plain form of a page too old did nothing: its page is shown again with what was typed, but for secrets."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from html import escape

import httpx
import pytest
from django.conf import settings

from citycoin.foundation.kernel import clock
from citycoin.platform.accounts.operations.people import person_of_phone
from citycoin.platform.pages.domain.drawn_again import SECRETS, TYPED, Form, Page, Tag
from merchants.models import Counter
from tests import patient
from tests.api.test_tenancy import PAGES, Belongings, belongings, browsers_of, path, signed_in

pytestmark = pytest.mark.one_database

SIGN_INS = ("sign-in", "sign-in/code", "officials/sign-in")
DEMO = ("demo/bank", "demo/inbox")
WHAT_IS_TYPED = '적은 "내용" <b>7'
SECRET = "740218"
KEPT = "적은 내용은 그대로 있어요"


@pytest.fixture(scope="module")
def here(world) -> Belongings:
    return belongings(world.gimpo.city, world.kept, world.shop)


@pytest.fixture(scope="module")
def browsers(world, here) -> Iterator[dict[str, httpx.Client]]:
    """Of people whose form tokens are their browsers'; what is sent below has another."""
    newcomer = person_of_phone(phone=f"0107{secrets.randbelow(10**7):07}", now=clock.now())
    found = browsers_of(world, here) | {"newcomer": signed_in(world, newcomer)}
    yield found
    for each in found.values():
        each.close()


def looks(browsers: dict[str, httpx.Client], route: str) -> httpx.Client:
    if route in SIGN_INS or route.endswith("/wallet/start"):
        return browsers["newcomer"]
    return browsers["official" if "/console/" in route else "citizen and shopkeeper"]


def is_secret(control: Tag) -> bool:
    return control.says("type") == "password" or control.says("autocomplete") in SECRETS


def is_typed(control: Tag) -> bool:
    return control.name == "textarea" or (control.name == "input" and (control.says("type") or "text") in TYPED)


def filled_in(form: Form) -> dict[str, str]:
    """By somebody who writes the same into every field."""
    sent = {}
    for each in form.controls:
        if is_secret(each):
            sent[each.says("name")] = SECRET
        else:
            sent[each.says("name")] = WHAT_IS_TYPED if is_typed(each) else each.says("value")
    return sent | {"csrfmiddlewaretoken": "1" * 32}


def sent(browser: httpx.Client, action: str, body: dict[str, str], *, page: str, **headers: str) -> httpx.Response:
    browser.cookies.set(settings.CSRF_COOKIE_NAME, "0" * 32)
    origin = str(browser.base_url).rstrip("/")
    return browser.post(action, data=body, headers={"Origin": origin, "Referer": origin + page} | headers)


def forms_of(browser: httpx.Client, page: str) -> list[Form]:
    answer = browser.get(page)
    if not answer.is_success or "html" not in answer.headers["content-type"]:
        return []
    return [each for each in Page(answer.text).forms if each.tag.says("method") == "post"]


def test_every_form_of_a_page_too_old_is_answered_by_its_page_with_what_was_typed(here, browsers):
    seen, names = set(), set()
    for route in [*PAGES, *SIGN_INS, *DEMO]:
        browser, page = looks(browsers, route), path(route, here.slug, here)
        for form in forms_of(browser, page):
            action = form.tag.says("action") or page
            typed = sum(is_typed(each) and not is_secret(each) for each in form.controls)
            if (action, typed) in seen:
                continue
            seen.add((action, typed))
            names |= {each.says("name") for each in form.controls}

            answer = sent(browser, action, filled_in(form), page=page)

            case = f"{page}: {action}: {answer.status_code}"
            assert answer.status_code == 409, case
            assert "아무것도 처리되지 않았어요" in answer.text, case
            assert answer.text.count(escape(WHAT_IS_TYPED)) == typed, case
            assert (KEPT in answer.text) is any(is_kept(each) for each in form.controls), case
            assert SECRET not in answer.text, case
    assert names >= {"phone", "username", "other", "reason", "amount", "name", "name_ko", "who", "pin", "code", "news"}


def is_kept(control: Tag) -> bool:
    is_chosen = control.says("type") in {"radio", "checkbox"} or control.name == "select"
    return not is_secret(control) and (is_typed(control) or is_chosen)


class TestProof:
    """That a page of ours sent the form is said by the browser, in a header that no page writes."""

    FORM = {"csrfmiddlewaretoken": "1" * 32, "phone": WHAT_IS_TYPED}

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
    def test_form_of_another_site_is_told_what_it_was_told_and_shows_nothing_of_it(self, browsers, origin):
        answer = sent(browsers["newcomer"], "/sign-in", self.FORM, page="/sign-in", Origin=origin)

        assert answer.status_code == 409
        assert "페이지가 오래되었어요. 뒤로 가서" in answer.text
        assert escape(WHAT_IS_TYPED) not in answer.text

    @pytest.mark.parametrize(
        "came_from", ["//[x?a", "/%00", f"/?q={'a' * 20_000}", "/healthz", "/nowhere/at/all", "/gimpo/console/"]
    )
    def test_form_whose_page_can_not_be_read_is_told_so(self, browsers, came_from):
        answer = sent(browsers["newcomer"], "/sign-in", self.FORM, page=came_from)

        assert answer.status_code == 409
        assert "페이지가 오래되었어요. 뒤로 가서" in answer.text

    def test_form_of_a_page_too_old_does_nothing_until_it_is_sent_again(self, here, browsers):
        browser, page = looks(browsers, ""), path("<slug:city>/shops/<number:shop_id>/devices", here.slug, here)
        body = {"csrfmiddlewaretoken": "1" * 32, "name": f"새 계산대 {secrets.token_hex(4)}"}
        made = Counter.objects.filter(name=body["name"])

        answer = sent(browser, page, body, page=page)

        assert body["name"] in answer.text
        assert not made.exists()
        again = Page(answer.text).forms[-1].controls
        fresh = {each.says("name"): each.says("value") for each in again if each.name == "input"}
        assert sent(browser, page, fresh, page=page).is_redirect
        assert made.exists()


@pytest.mark.parametrize(("mode", "brings"), [("navigate", True), ("cors", False), ("same-origin", False)])
def test_token_of_forms_comes_with_a_page_that_is_opened_and_not_with_what_a_script_reads(world, mode, brings):
    page = patient.get(f"{world.system.web_url}/sign-in", headers={"Sec-Fetch-Mode": mode})

    assert (settings.CSRF_COOKIE_NAME in page.cookies) is brings
