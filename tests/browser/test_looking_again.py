"""A part of a page that looks again by itself: what is new comes in, what is the same stays, and no answer is said."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.people import new_phone

LOOK = "document.dispatchEvent(new Event('visibilitychange'))"


def asks_for_a_code(page: Page) -> str:
    """Their phone, to which a text message is on its way."""
    phone = new_phone()
    page.goto("/sign-in")
    page.locator("#phone").fill(phone)
    page.locator("main form button").click()
    expect(page.locator("#code")).to_be_visible()
    return phone.replace("-", "")


def test_inbox_shows_a_new_message_by_itself_and_leaves_the_others_alone(screens):
    phone, inbox = screens.of(None), screens.of(None)
    asks_for_a_code(phone)
    inbox.goto("/demo/inbox")
    cards = inbox.locator("#messages li")
    cards.first.evaluate("each => { each.seenBefore = true }")

    asks_for_a_code(phone)

    expect(cards.first).not_to_have_js_property("seenBefore", True)
    expect(cards.nth(1)).to_have_js_property("seenBefore", True)


def test_health_that_gets_no_answer_is_green_no_more_until_it_gets_one(screens):
    page = screens.of(None)
    page.goto("/health")
    page.locator("details summary").first.click() if not page.locator("details[open]").count() else None
    if page.locator("#health details:not([open])").count():
        page.locator("#health summary").click()
    works = page.locator("#health .badge.now").first
    expect(works).to_be_visible()

    page.route("**/health/parts", lambda route: route.abort())
    page.evaluate(LOOK)
    expect(works).to_be_hidden()
    expect(page.locator("#health .later.notice")).to_be_visible()

    page.unroute("**/health/parts")
    page.evaluate(LOOK)
    expect(works).to_be_visible()
