"""What people do on pages, by the words and roles that they see there. Korean, as the pages are unless asked otherwise."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import PIN, DemoOfficial
from tests.outside import PATIENCE_SECONDS

BLOCKS_MS = PATIENCE_SECONDS * 1000


def won(amount: int) -> str:
    """As pages write it."""
    return f"{amount:,}원"


def sign_in_by_phone(page: Page, phone: str) -> None:
    """The number, then the code from the inbox; the page goes on to where they wanted to be."""
    page.get_by_label("휴대전화 번호").fill(phone)
    page.get_by_role("button", name="인증 번호 받기").click()
    expect(page.get_by_label("인증 번호 6자리")).to_be_visible()
    page.get_by_label("인증 번호 6자리").fill(code_in_inbox(page, phone))
    page.get_by_role("button", name="로그인하기").click()


def code_in_inbox(page: Page, phone: str) -> str:
    """The newest code that was texted to ``phone``, read in another tab."""
    inbox = page.context.new_page()
    inbox.goto("/demo/inbox")
    text = inbox.get_by_role("listitem").filter(has_text=phone).filter(has_text="인증 번호").first.inner_text()
    inbox.close()
    found = re.search(r"인증 번호 (\d{6})", text)
    assert found, text
    return found[1]


def sign_in_official(page: Page, official: DemoOfficial) -> None:
    """Name, password, second factor."""
    page.goto("/officials/sign-in")
    fill_in_factors(page, official)


def fill_in_factors(page: Page, official: DemoOfficial) -> None:
    """At the sign-in, wherever it was met."""
    page.get_by_label("이름").fill(official.username)
    page.get_by_label("비밀번호").fill(official.password)
    page.get_by_label("인증 앱의 코드 6자리").fill(official.authenticator.code())
    page.get_by_role("button", name="로그인하기").click()


def open_wallet(page: Page, *, pin: str = PIN) -> None:
    """The form of a first visit, with a key that the city keeps; it leads home."""
    open_wallet_to_pay(page, pin=pin)
    expect(page.get_by_role("heading", name="내 지갑")).to_be_attached()


def open_wallet_to_pay(page: Page, *, pin: str = PIN) -> None:
    """The same form, on the way to somewhere."""
    page.get_by_label("결제 비밀번호 (숫자 6자리)").fill(pin)
    page.get_by_label("한 번 더").fill(pin)
    agree(page)
    page.get_by_role("button", name="지갑 열기").click()


def agree(page: Page) -> None:
    """To each text that is required, one by one."""
    for text in page.get_by_label("(필수)").all():
        text.check()


def top_up(page: Page, city: str, *, buys: int, pays: int) -> None:
    """Choose the amount of the general sale, pay the price at the demo's bank, wait until the won can be spent."""
    page.goto(f"/{city}/top-up")
    choose_programme(page, 1)
    page.get_by_role("radio", name=won(buys), exact=True).check()
    page.get_by_role("button", name="충전하기").click()
    expect(page.get_by_text(won(pays)).first).to_be_visible()
    page.get_by_role("link", name="연습용 은행으로 가기").click()
    page.get_by_role("button", name=re.compile("보내기")).first.click()
    page.goto(f"/{city}/wallet/")
    expect(balance_on(page)).to_contain_text(won(buys), timeout=BLOCKS_MS)


def choose_programme(page: Page, number: int) -> None:
    """On the page of topping up; where one alone is on sale, there is nothing to choose."""
    for each in page.locator(f"#programme-{number}").all():
        each.check()


def balance_on(page: Page) -> Locator:
    """What the wallet's home says can be spent; what is on its way stands below it."""
    return page.get_by_label("잔액", exact=True).locator("[data-shown]").first


def ask(page: Page, town_path: str, amount: int) -> Locator:
    """At the counter: the keys, then the button; what is left to see is the QR."""
    page.goto(town_path)
    for digit in str(amount):
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="QR 보이기").click()
    shown = page.get_by_role("img", name="결제 QR 코드")
    expect(shown.locator("svg")).to_be_visible()
    return shown


def scan(page: Page, city: str) -> None:
    """Hold the camera at the code: it opens by itself where its use was allowed before."""
    page.goto(f"/{city}/scan")


def confirm(page: Page, *, pin: str = PIN) -> None:
    """The button that says the amount, then the PIN: its last digit pays."""
    almost_confirm(page, pin=pin)
    last_digit(page, pin=pin).click()


def almost_confirm(page: Page, *, pin: str = PIN) -> None:
    """All but the last digit."""
    pay_button(page).click()
    page.get_by_label("결제 비밀번호 6자리").fill(pin[:-1])


def last_digit(page: Page, *, pin: str = PIN) -> Locator:
    """The one key that moves money, where the city keeps the wallet's key."""
    return page.get_by_role("dialog").get_by_role("button", name=pin[-1], exact=True)


def pay_button(page: Page) -> Locator:
    """The button that says the amount: it asks for the PIN, or signs with the key of the browser."""
    return page.locator("[data-pay]")


def is_paid(page: Page, amount: int) -> None:
    """The whole screen says so, with the amount."""
    expect(page.get_by_role("heading", name="결제했어요")).to_be_visible()
    expect(page.locator("[data-done]")).to_contain_text(won(amount))


def rings_at(page: Page, amount: int) -> None:
    """The counter's screen has turned, and has sounded."""
    turned = page.get_by_role("dialog", name="결제됐어요")
    expect(turned).to_contain_text(won(amount))
    expect(turned).to_have_attribute("data-rung", re.compile("."))


def row_of(page: Page, amount: int) -> Locator:
    """The line of the board."""
    return page.locator("shop-board").get_by_role("listitem").filter(has_text=won(amount))


def opens(page: Page, path: str) -> None:
    """A page that must be there."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.ok, f"{page.url}: {answer.status}"
