"""A small payment in a browser: the ceiling is chosen, one press pays, and once a bound is reached the PIN does."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from citycoin.runtime.domain.addresses import ROOT
from tests.browser import acts
from tests.browser.people import PIN
from wallets.models import Payment, Wallet

SHOTS = ROOT / "var" / "shots"
GRAVE = {"serious", "critical"}


def looked_at(page: Page, name: str) -> None:
    """Axe finds nothing grave, nothing stands beyond the edge of the narrowest phone; pictures for people."""
    page.screenshot(path=SHOTS / f"ko-360-{name}.png", full_page=True)
    found = [each["id"] for each in Axe().run(page).response["violations"] if each["impact"] in GRAVE]
    assert found == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.screenshot(path=SHOTS / f"ko-1280-{name}.png")
    page.set_viewport_size({"width": 320, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 360, "height": 780})


def test_small_payment_goes_by_one_press_until_its_bound_and_then_by_the_pin(screens, town):
    citizen = town.citizen()
    page, before = screens.of(citizen.person), citizen.available
    page.goto(town.url("wallet/me"))
    page.get_by_text("금액 바꾸기").click()
    page.get_by_role("radio", name="5,000원").check()
    page.get_by_label("비밀번호 (숫자 6자리)").fill(PIN)
    looked_at(page, "wallet-me-small")
    page.get_by_role("button", name="고른 금액으로 바꾸기").click()
    expect(page.locator("#small")).to_contain_text("5,000원까지는 비밀번호를 묻지 않아요")

    page.goto(town.url(f"pay/{town.code_of_shop()}"))
    at_once = page.get_by_text("누르면 바로 결제돼요")
    page.get_by_label("얼마를 낼까요?").fill("5001")
    expect(at_once).to_be_hidden()
    page.get_by_label("얼마를 낼까요?").fill("1200")
    expect(at_once).to_be_visible()
    looked_at(page, "pay-small")
    page.get_by_label("얼마를 낼까요?").press("Enter")
    expect(acts.pay_button(page)).to_be_focused()  # and not pressed
    acts.pay_button(page).dblclick()
    acts.is_paid(page, 1_200)

    page.goto(town.url(f"pay/{town.code_of_shop()}"))
    page.get_by_label("얼마를 낼까요?").fill("800")
    wallet = Wallet.objects.filter(owner=citizen.person)
    wallet.update(small_in_a_row=5)  # meanwhile, from another window
    acts.pay_button(page).click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("alert")).to_contain_text("비밀번호나 패스키로 확인해야 해요")
    expect(sheet).to_contain_text("800원")
    looked_at(page, "pay-small-asked")
    page.get_by_label("결제 비밀번호 6자리").fill(PIN[:-1])
    acts.last_digit(page).click()
    acts.is_paid(page, 800)

    assert citizen.available == before - 2_000
    how = Payment.objects.filter(payer=wallet.get()).order_by("-pk").values_list("amount", "confirmed_by")
    assert list(how[:2]) == [(800, "pin"), (1_200, "nothing")]
