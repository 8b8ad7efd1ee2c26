"""Without JavaScript balances, histories and public pages are read; paying needs it, and says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import acts
from tests.browser.screens import Screens

PAID = 3_500


@pytest.fixture
def citizen(town):
    """The one who has paid in the town before."""
    return town.rich[0]


def opened(screens: Screens, person, path: str) -> Page:
    """A page in a browser that runs no script."""
    page = screens.of(person, java_script_enabled=False)
    acts.opens(page, path)
    return page


def says(page: Page, sentence: str) -> None:
    """In one of the parts that only a browser without scripts shows; playwright's search by text passes them over."""
    said = page.locator("noscript p").filter(has_text=sentence)
    expect(said).to_be_visible()


class TestWithoutScripts:
    def test_balance_is_read_without_scripts(self, citizen, screens, town):
        page = opened(screens, citizen.person, town.url("wallet/"))

        expect(acts.balance_on(page)).to_contain_text(acts.won(citizen.available))
        says(page, "결제하려면 브라우저에서 JavaScript를 켜 주세요")

    def test_history_and_receipt_are_read_without_scripts(self, citizen, screens, town):
        page = opened(screens, citizen.person, town.url("wallet/history"))

        page.get_by_role("link").filter(has_text=town.shops[0].name_ko).filter(has_text=f"{PAID:,}").first.click()

        expect(page.get_by_role("heading", name="영수증")).to_be_visible()
        expect(page.locator(".receipt")).to_contain_text(acts.won(PAID))

    def test_public_pages_are_read_without_scripts(self, screens, town):
        page = opened(screens, None, town.url())
        expect(page.locator("#issued")).to_contain_text("원")

        page.goto(town.url("shops/"))
        expect(page.get_by_text(town.shops[0].name_ko)).to_be_visible()

    def test_last_payments_of_a_shop_are_read_without_scripts(self, citizen, screens, town):
        citizen.api.pay(town.address(), PAID)  # others' may have pushed the town's own off the board
        page = opened(screens, town.owners[0], town.counter())

        expect(acts.row_of(page, PAID).first).to_be_visible()
        says(page, "결제를 받으려면 자바스크립트가 필요해요")

    def test_payment_page_without_scripts_says_that_paying_needs_them(self, citizen, screens, town):
        page = opened(screens, citizen.person, town.url(f"pay/{town.code_of_request()}"))

        says(page, "결제하려면 JavaScript가 필요해요")
        expect(page.locator("[data-form]")).to_be_hidden()
