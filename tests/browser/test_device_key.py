"""A wallet whose key never leaves its browser: it signs what the page shows, and no other browser can pay with it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import acts
from tests.browser.town import person_named
from wallets.models import Wallet

# As browsers do when their owner clears what sites have kept, and some after a week without a visit.
FORGET_KEYS = """() => new Promise((done, failed) => {
    const asked = indexedDB.deleteDatabase("citycoin-wallet");
    asked.onsuccess = done;
    asked.onerror = asked.onblocked = failed;
})"""


def test_key_made_in_a_browser_pays_there_and_in_no_other_browser(screens, town):
    person = person_named("박열쇠")
    page = screens.of(person)
    open_wallet_with_a_key(page, town.slug)
    acts.top_up(page, town.slug, buys=10_000, pays=9_000)
    asked = town.url(f"pay/{town.code_of_request()}")

    page.goto(asked)
    acts.pay_button(page).click()
    acts.is_paid(page, 4_500)

    page.get_by_role("link", name="영수증 보기").click()
    expect(page.get_by_text("확정").first).to_be_visible(timeout=acts.BLOCKS_MS)
    key = Wallet.objects.get(owner=person).keys.get(until=None)
    assert not key.sealed, "the city keeps nothing that could sign"

    elsewhere = screens.of(person)
    elsewhere.goto(town.url(f"pay/{town.code_of_request()}"))
    expect(elsewhere.get_by_text("이 브라우저에는 지갑의 열쇠가 없어요")).to_be_visible()
    expect(acts.pay_button(elsewhere)).to_be_disabled()


def test_won_of_a_wallet_whose_key_is_gone_are_out_of_reach_and_top_up_sells_no_more(screens, town):
    page = screens.of(person_named("박잃음"))
    open_wallet_with_a_key(page, town.slug)
    page.goto(town.url("wallet/"))
    balance = page.get_by_label("잔액", exact=True)
    expect(balance.get_by_text("쓸 수 있는 돈", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="충전하기")).to_be_visible()

    page.evaluate(FORGET_KEYS)
    page.reload()

    expect(balance.get_by_text("여기에서는 쓸 수 없는 돈")).to_be_visible()
    expect(balance.get_by_text("쓸 수 있는 돈", exact=True)).to_be_hidden()
    expect(page.get_by_role("alert").filter(has_text="이 브라우저에는 지갑의 열쇠가 없어요")).to_be_visible()
    expect(page.get_by_role("link", name="충전하기")).to_be_hidden()
    page.goto(town.url("top-up"))
    expect(page.get_by_role("alert").filter(has_text="여기에서는 충전할 수 없어요")).to_be_visible()
    expect(page.get_by_role("button", name="충전하기")).to_be_hidden()


def open_wallet_with_a_key(page: Page, city: str) -> None:
    """The other choice of a first visit."""
    page.goto(f"/{city}/wallet/start")
    page.get_by_role("radio", name="이 기기의 열쇠").check()
    acts.agree(page)
    page.get_by_role("button", name="지갑 열기").click()
    expect(page.get_by_role("heading", name="내 지갑")).to_be_attached()
    page.goto(f"/{city}/wallet/key")
    expect(page.get_by_text("열쇠가 이 브라우저에 있어요")).to_be_visible()
