"""Passkeys in a browser, kept by Chromium's virtual authenticator: offered, skipped, made, signed in by, paid by, taken away.

At the name of this machine: at its address browsers make none.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, CDPSession, Page, expect

from citycoin.platform.accounts.models import Person
from citycoin.platform.accounts.queries import phone_of
from citycoin.platform.passkeys.models import Passkey
from citycoin.runtime.domain.addresses import ROOT
from tests.browser import acts
from tests.browser.people import PIN, new_phone
from tests.browser.screens import Screens
from tests.browser.town import Citizen, Town
from wallets.models import PayingPasskey, Wallet

SHOTS = ROOT / "var" / "shots"
KEPT = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}
GRAVE = {"serious", "critical"}


class Keychain:
    """What keeps passkeys for a window; its person says yes by face or finger, or doesn't."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable")
        self._id = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": KEPT})["authenticatorId"]

    def says(self, *, yes: bool) -> None:
        """Whether the person is who the device knows."""
        self._session.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": yes})

    def count(self) -> int:
        """How many passkeys it keeps."""
        return len(self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})["credentials"])


@pytest.fixture
def at_home(browser: Browser, screens: Screens) -> Iterator[Screens]:
    """Windows whose pages lie at localhost."""
    opened = Screens(browser, screens.web_url.replace("127.0.0.1", "localhost"))
    yield opened
    # The live stream is at the address, and open to pages of the public URL alone: here screens look by themselves.
    opened.complaints = [each for each in opened.complaints if "/live/" not in each]
    opened.close()


@pytest.fixture
def citizen(town) -> Iterator[Citizen]:
    """Somebody with won and without a passkey, now and afterwards."""
    made = town.citizen()
    yield made
    Passkey.objects.filter(person=made.person).delete()
    Person.objects.filter(pk=made.person.pk).update(passkey_declined_at=None)


def makes_a_passkey(page: Page) -> None:
    page.get_by_role("button", name="패스키 만들기").click()


def makes_one_that_pays(page: Page, town: Town) -> None:
    """On their own page, with their PIN."""
    page.goto(town.url("wallet/me"))
    makes_a_passkey(page)
    expect(page.locator("#passkeys").get_by_text("아직 쓰지 않음")).to_be_visible()
    page.get_by_text("결제할 때도 쓰기").click()
    page.get_by_label("결제 비밀번호 6자리").fill(PIN)
    page.get_by_role("button", name="결제에도 쓰기").click()
    expect(page.locator("#passkeys").get_by_text("결제에도 써요")).to_be_visible()


def looked_at(page: Page, name: str) -> None:
    """Axe finds nothing grave, nothing stands beyond the edge of the narrowest phone; a picture for people."""
    page.screenshot(path=SHOTS / f"ko-360-{name}.png", full_page=True)
    found = [each["id"] for each in Axe().run(page).response["violations"] if each["impact"] in GRAVE]
    assert found == []
    page.set_viewport_size({"width": 320, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 360, "height": 780})


def test_new_person_is_offered_a_passkey_makes_one_and_signs_in_by_it_where_they_wanted(at_home, town):
    page, phone = at_home.of(), new_phone()
    keychain = Keychain(page)

    page.goto(f"/sign-in?next={town.url('wallet/start')}")
    looked_at(page, "sign-in-by-passkey")
    acts.sign_in_by_phone(page, phone)
    expect(page.get_by_role("heading", name="다음부터 문자 없이 로그인할까요?")).to_be_visible()
    looked_at(page, "passkey-offer")
    makes_a_passkey(page)
    expect(page.get_by_role("button", name="지갑 열기")).to_be_visible()
    assert keychain.count() == 1
    acts.open_wallet(page)
    page.goto(town.url("wallet/me"))
    page.get_by_role("button", name="로그아웃").first.click()
    page.goto(town.url(f"pay/{town.code_of_request()}"))
    page.get_by_role("button", name="패스키로 로그인").click()

    expect(page.get_by_role("heading", name="결제할 내용을 확인해 주세요")).to_be_visible()


def test_offer_that_was_skipped_does_not_come_again_and_a_passkey_is_made_on_ones_own_page(at_home, town, citizen):
    phone = phone_of(citizen.person)
    page = at_home.of()
    Keychain(page)
    page.goto(f"/sign-in?next={town.url('wallet/')}")
    acts.sign_in_by_phone(page, phone)
    page.get_by_role("button", name="괜찮아요, 건너뛰기").click()
    expect(page.get_by_role("heading", name="내 지갑")).to_be_attached()

    other = at_home.of()
    Keychain(other)
    other.goto(f"/sign-in?next={town.url('wallet/')}")
    acts.sign_in_by_phone(other, phone)
    expect(other.get_by_role("heading", name="내 지갑")).to_be_attached()
    other.goto(town.url("wallet/me"))
    makes_a_passkey(other)

    expect(other.locator("#passkeys").get_by_text("아직 쓰지 않음")).to_be_visible()
    looked_at(other, "wallet-me-passkeys")
    makes_a_passkey(other)
    expect(other.get_by_text("이 기기에는 패스키가 이미 있어요.")).to_be_visible()
    other.get_by_role("button", name="이 패스키 지우기").click()
    expect(other.locator("#passkeys").get_by_role("heading", level=3)).to_have_count(0)
    other.get_by_role("button", name="로그아웃").first.click()
    other.goto("/sign-in")
    other.get_by_role("button", name="패스키로 로그인").click()
    expect(other.get_by_role("alert")).to_contain_text("패스키를 확인하지 못했어요")


def test_cancelled_sign_in_by_passkey_keeps_the_number_that_was_typed(at_home):
    page = at_home.of()
    Keychain(page)
    page.goto("/sign-in")
    page.get_by_label("휴대전화 번호").fill("010-1234")

    page.get_by_role("button", name="패스키로 로그인").click()

    expect(page.get_by_role("alert")).to_contain_text("패스키를 쓰지 않았어요")
    expect(page.get_by_label("휴대전화 번호")).to_have_value("010-1234")


def test_payment_is_confirmed_by_a_passkey_and_where_it_says_no_by_the_pin(at_home, town, citizen):
    page = at_home.of(citizen.person)
    keychain = Keychain(page)
    makes_one_that_pays(page, town)
    before = citizen.available

    page.goto(town.url(f"pay/{town.code_of_shop()}"))
    looked_at(page, "pay-by-passkey")
    page.get_by_label("얼마를 낼까요?").fill("1200")
    keychain.says(yes=False)
    acts.pay_button(page).click()
    expect(page.get_by_role("alert").filter(has_text="패스키로 확인하지 않았어요")).to_contain_text(
        "돈은 나가지 않았어요"
    )
    expect(page.get_by_label("얼마를 낼까요?")).to_have_value("1,200")
    keychain.says(yes=True)
    acts.pay_button(page).click()
    acts.is_paid(page, 1_200)

    page.goto(town.url(f"pay/{town.code_of_request()}"))
    page.get_by_role("button", name="비밀번호로 결제하기").click()
    page.get_by_label("결제 비밀번호 6자리").fill(PIN[:-1])
    acts.last_digit(page).click()
    acts.is_paid(page, 4_500)
    assert citizen.available == before - 1_200 - 4_500


def test_payment_whose_passkey_was_taken_away_meanwhile_is_not_paid_and_the_pin_pays(at_home, town, citizen):
    page = at_home.of(citizen.person)
    Keychain(page)
    makes_one_that_pays(page, town)
    page.goto(town.url(f"pay/{town.code_of_request()}"))
    expect(page.get_by_role("button", name="비밀번호로 결제하기")).to_be_visible()
    PayingPasskey.objects.filter(wallet=Wallet.objects.get(owner=citizen.person)).delete()

    acts.pay_button(page).click()

    expect(page.get_by_role("alert").filter(has_text="결제에 쓰기로 한 패스키가 없어요")).to_be_visible()
    page.get_by_role("button", name="비밀번호로 결제하기").click()
    page.get_by_label("결제 비밀번호 6자리").fill(PIN[:-1])
    acts.last_digit(page).click()
    acts.is_paid(page, 4_500)


def test_page_at_an_ip_address_offers_no_passkey(screens):
    page = screens.of()
    Keychain(page)
    page.goto("/sign-in")
    expect(page.get_by_label("휴대전화 번호")).to_be_visible()

    expect(page.get_by_role("button", name="패스키로 로그인")).to_have_count(0)
    acts.sign_in_by_phone(page, new_phone())
    expect(page.get_by_role("button", name="로그아웃")).to_be_visible()
