"""A list whose next page, order or filter is asked for in place: it is what the same address shows when it is opened."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.pages import PAGES

# Names of PAGES, and whose the list is that nothing else changes meanwhile. Each has a link that leads to another state of it.
LISTED = {
    "history": "newcomer-with-a-wallet",
    "shops": "nobody",
    "register": "nobody",
    "console-shops": "official",
    "console-proposals": "official",
}
SAME_DOCUMENT = "globalThis.sameDocument === true"


def listed(page: Page) -> Locator:
    """What changes."""
    return page.locator("[data-listed]")


def other_state(page: Page) -> Locator:
    """A link to another state of the list."""
    return listed(page).locator("a[href^='?']:not([aria-current])").first


def shops_of(screens, town) -> Page:
    """The public list of shops."""
    page: Page = screens.of(None)
    page.goto(town.url("shops/?all"))
    expect(page.locator("[data-rows]")).to_be_visible()
    return page


@pytest.mark.parametrize("shown", [each for each in PAGES if each.name in LISTED], ids=lambda each: each.name)
def test_list_asked_in_place_is_as_opened_and_going_back_shows_the_former(shown, screens, town):
    page = screens.of(town.person(LISTED[shown.name]))
    page.goto(shown.path(town))
    shown.wait(page)
    page.evaluate("globalThis.sameDocument = true")
    before, former = page.url, listed(page).inner_text()

    other_state(page).click()
    expect(page).not_to_have_url(before)
    asked = listed(page).inner_text()
    assert page.evaluate(SAME_DOCUMENT)

    page.go_back()
    expect(page).to_have_url(before)
    expect(listed(page)).to_have_text(former, use_inner_text=True)
    assert page.evaluate(SAME_DOCUMENT)

    page.go_forward()
    page.reload()
    expect(listed(page)).to_have_text(asked, use_inner_text=True)


def test_list_without_an_answer_yet_is_drawn_as_being_read(screens, town):
    page = shops_of(screens, town)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"[?&]q="), hold)

    page.get_by_label("이름이나 동네").fill("국수")
    page.get_by_role("button", name="찾기").click()

    expect(listed(page).get_by_role("status")).to_contain_text("읽고 있어요")
    expect(listed(page)).to_have_attribute("aria-busy", "true")
    expect(page.locator("[data-rows]")).to_be_hidden()

    held[0].continue_()
    expect(page.locator("[data-rows]")).to_be_visible()
    expect(listed(page).get_by_role("status")).to_be_hidden()
    expect(page.get_by_label("이름이나 동네")).to_have_value("국수")
    expect(page).to_have_url(re.compile(r"[?&]q="))


def test_list_that_gets_no_answer_says_why_keeps_what_was_typed_and_reads_again(screens, town):
    page = shops_of(screens, town)
    before = page.url
    page.route(re.compile(r"[?&]q="), lambda route: route.abort())

    page.get_by_label("이름이나 동네").fill("국수")
    page.get_by_role("button", name="찾기").click()

    alert = listed(page).get_by_role("alert")
    expect(alert).to_contain_text("목록을 읽지 못했어요")
    expect(alert).to_contain_text("연결이 끊겼어요. 인터넷을 확인하고 다시 해 주세요.")
    expect(page.locator("[data-rows]")).to_be_visible()
    expect(page).to_have_url(before)

    page.unroute(re.compile(r"[?&]q="))
    alert.get_by_role("link", name="다시 읽기").click()
    expect(page).to_have_url(re.compile(r"[?&]q="))
    expect(alert).to_be_hidden()
    expect(page.get_by_label("이름이나 동네")).to_have_value("국수")
