"""One day of a city as its people live it, in browsers, on a real chain: officials, a shop, a resident with a camera."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from citycoin.foundation.kernel import clock
from citycoin.platform.cities.queries import city_named
from contracts.queries import token_of
from tests.api.world import business_number
from tests.browser import acts
from tests.browser.camera import browser_that_sees, photographed
from tests.browser.conftest import CITIES
from tests.browser.people import DemoOfficial, demo_officials, new_phone
from tests.browser.screens import DESK_PX, PATIENCE_MS, Screens
from tests.node import Node
from tests.outside import eventually
from tests.running import RunningSystem

RAISED_BY = 1_000_000_000
TX_HASH = re.compile("0x[0-9a-f]{64}")


@pytest.fixture
def node(system: RunningSystem) -> Iterator[Node]:
    """The chain itself, asked without any code of ours."""
    asked = Node(system.rpc_url)
    yield asked
    asked.close()


@pytest.mark.parametrize("city", CITIES)
def test_whole_day_from_application_to_settled_payment_ends_with_equal_books(
    city, system, screens, node, browser_type, tmp_path
):
    owner, shop = a_shop_applies(screens, city)
    first, second = (an_official_signs_in(screens, each, city) for each in demo_officials(system, city))

    the_shop_is_approved(first, city, shop)
    two_browsers_are_bound(system, city, first, second)
    another_cap_is_decided(node, city, first, second)
    resident = a_resident_tops_up(screens, city)
    counter = the_shop_opens_its_counter(owner)

    amount = random.randrange(1_000, 90_000)  # noqa: S311 - no secret
    picture = photographed(acts.ask(counter, counter.url, amount), tmp_path)
    with browser_that_sees(browser_type, picture) as camera:
        phone = screens.of(browser=camera, storage_state=resident.context.storage_state())
        acts.scan(phone, city)
        expect(phone.locator("[data-shop]")).to_have_text(shop)
        acts.confirm(phone)
        acts.is_paid(phone, amount)

    acts.rings_at(counter, amount)
    expect(acts.row_of(counter, amount)).to_contain_text("확정", timeout=acts.BLOCKS_MS)
    transaction = transaction_of(owner, amount)
    the_receipt_names(resident, city, shop, acts.won(amount), "확정", transaction)
    acts.opens(resident, f"/{city}/wallet/")
    expect(acts.balance_on(resident)).to_contain_text(acts.won(100_000 - amount))
    assert node.mined(transaction)["status"] == "0x1"
    system.manage("reconcile", check=True)


def a_shop_applies(screens: Screens, city: str) -> tuple[Page, str]:
    """Its owner comes for the first time: their screen, and the name that they apply with."""
    page, phone, name = screens.of(px=DESK_PX), new_phone(), f"온종일 {business_number()[:5]}"
    page.goto(f"/{city}/shops/apply")
    acts.sign_in_by_phone(page, phone)
    page.get_by_label("사업자등록번호 10자리").fill(business_number())
    expect(page.get_by_text("맞는 번호예요")).to_be_visible()
    page.get_by_label("상호 (한국어)").fill(name)
    page.get_by_label("상호 (영어)").fill("All Day")
    page.get_by_label("동네").select_option(index=1)
    page.get_by_label("업종").select_option(index=1)
    page.get_by_role("button", name="신청하기").click()
    expect(page.get_by_text("시청에서 검토하고 있어요")).to_be_visible()
    return page, name


def an_official_signs_in(screens: Screens, official: DemoOfficial, city: str) -> Page:
    """Their screen, with their second factor at hand for what needs it."""
    page = screens.of(px=DESK_PX)
    acts.sign_in_official(page, official)
    expect(page).to_have_url(re.compile(f"/{city}/console/$"))
    page.official = official  # type: ignore[attr-defined]
    return page


def the_shop_is_approved(official: Page, city: str, shop: str) -> None:
    """By one official."""
    official.goto(f"/{city}/console/shops/applications")
    waiting = official.locator("section").filter(has_text=shop)
    waiting.get_by_role("button", name="승인하기").click()
    expect(official.get_by_role("listitem").filter(has_text=shop)).to_contain_text("승인")


def two_browsers_are_bound(system: RunningSystem, city: str, first: Page, second: Page) -> None:
    """Each key takes the place of a founding key: with both of them, then with the first official's own and the last."""
    asks_to_be_bound(first, city)
    system.manage("sign_with_founding_keys", city, check=True)
    is_bound(first, city)
    asks_to_be_bound(second, city)
    system.manage("sign_with_founding_keys", city, check=True)
    first.goto(second.url)
    signs(first, "서명하고 승인하기")
    is_bound(second, city)


def asks_to_be_bound(page: Page, city: str) -> None:
    """A key is made in this browser, and proposed."""
    page.goto(f"/{city}/console/key")
    page.get_by_role("button", name="열쇠 만들기").click()
    signs(page, "이 브라우저 등록하기")
    expect(page).to_have_url(re.compile(r"/proposals/\d+$"))


def is_bound(page: Page, city: str) -> None:
    """The chain knows the key: final, and the page says so."""
    page.goto(f"/{city}/console/key")

    def said() -> bool:
        page.reload()
        return page.get_by_text("담당자의 열쇠로 쓰이고 있습니다").is_visible(timeout=0)

    eventually(said, what="the browser's binding")


def signs(page: Page, button: str) -> None:
    """The second factor, then the button: the browser's key signs what the page shows, and the answer is waited for."""
    page.get_by_label("인증 앱의 코드 6자리").fill(page.official.authenticator.code())  # type: ignore[attr-defined]
    with page.expect_navigation(timeout=PATIENCE_MS):  # it may lead to the page where it began
        page.get_by_role("button", name=button).click()


def another_cap_is_decided(node: Node, city: str, proposer: Page, approver: Page) -> None:
    """One proposes, another approves, the contract changes: asked of the node itself."""
    contract, year = token_of(city_named(city).pk).address, clock.fiscal_year(clock.now())
    before = node.budget(contract, year)["cap"]
    proposer.goto(f"/{city}/console/budget/propose")
    proposer.get_by_label("목적").fill("추석 판매를 늘립니다")
    proposer.get_by_label("근거").fill("지역화폐 조례 제5조")
    proposer.get_by_role("button", name="금액으로 가기").click()
    proposer.get_by_label("새 연간 한도").fill(str(before + RAISED_BY))
    proposer.get_by_role("button", name="영향 보기").click()
    signs(proposer, "서명하고 제안하기")
    expect(proposer).to_have_url(re.compile(r"/proposals/\d+$"))
    assert node.budget(contract, year)["cap"] == before, "one signature changes nothing"

    approver.goto(proposer.url)
    expect(approver.get_by_text(acts.won(before + RAISED_BY)).first).to_be_visible()
    signs(approver, "서명하고 승인하기")

    eventually(lambda: node.budget(contract, year)["cap"] == before + RAISED_BY, what="the cap on the chain")


def a_resident_tops_up(screens: Screens, city: str) -> Page:
    """They come for the first time, open a wallet, and buy 100,000 won for 90,000."""
    page = screens.of()
    page.goto(f"/{city}/wallet/")
    acts.sign_in_by_phone(page, new_phone())
    acts.open_wallet(page)
    acts.top_up(page, city, buys=100_000, pays=90_000)
    return page


def the_shop_opens_its_counter(owner: Page) -> Page:
    """From the application's page to the counter, in a window of its own."""

    def registered() -> bool:
        owner.reload()
        return owner.get_by_role("link", name="내 가게로 가기").is_visible(timeout=0)

    eventually(registered, what="the approval")
    owner.get_by_role("link", name="내 가게로 가기").click()
    counter = owner.context.new_page()
    counter.goto(f"{owner.url}counter")
    expect(counter.get_by_text("실시간")).to_be_visible()
    counter.get_by_role("button", name="소리 켜기").click()
    expect(counter.get_by_text("소리 켜짐")).to_be_visible()
    return counter


def the_receipt_names(resident: Page, city: str, shop: str, *said: str) -> None:
    """From the history to the receipt of the one payment to the shop, with what the chain has of it."""
    resident.goto(f"/{city}/wallet/history")
    resident.get_by_role("link").filter(has_text=shop).click()
    receipt = resident.locator(".receipt")
    receipt.get_by_text("체인 기록 보기").click()
    for each in (shop, *said):
        expect(receipt).to_contain_text(each, use_inner_text=True)


def transaction_of(owner: Page, amount: int) -> str:
    """The chain transaction that the settlement's page names for the amount."""
    owner.goto(owner.url + "settlements")
    owner.locator("tbody a").first.click()
    settlement = owner.locator(".settlement").filter(has_text=acts.won(amount))
    said = settlement.text_content() or ""  # below "details", too
    found = TX_HASH.search(said)
    assert found, said
    return found[0]
