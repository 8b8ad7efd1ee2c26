"""A phone's pages by the keyboard alone: the focus is seen wherever it goes, and is never lost with what it stood on."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from citycoin.foundation.kernel import clock
from merchants.domain.codes import PaymentCode
from merchants.models import PaymentRequest
from tests.api.world import business_number
from tests.browser import acts
from tests.browser.camera import browser_that_may_not_look
from tests.browser.pages import PAGES, Shown
from tests.browser.people import PIN

MOST_STOPS = 150
WRONG_PIN = "111112"
# What has the focus: its name; whether a ring is drawn around it, and whether anything else lies on it.
FOCUSED = """() => {
    const it = document.activeElement;
    if (!it || it === document.body) return null;
    const drawn = [it, ...(it.labels ?? [])].find(each => getComputedStyle(each).outlineStyle !== 'none');
    const box = (drawn ?? it).getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const top = document.elementFromPoint(x, y);
    const inside = x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight;
    return {
        is: `${it.tagName} ${it.id} ${(it.getAttribute('aria-label') ?? it.textContent).trim().slice(0, 40)}`,
        ringed: Boolean(drawn) || it.type === 'date', // whose parts are the browser's own
        covered: inside && !(drawn ?? it).contains(top) && !top?.contains(drawn ?? it),
        away: box.bottom <= 0 || box.top >= innerHeight,
        bar: Boolean(it.closest('.tabbar')), // which comes after each page, as its last word
    };
}"""


# The questions that people ask most are the last word of each page, below the number to call.
QUESTIONS = "SUMMARY  자주 묻는 질문"


@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_keyboard_focus_is_seen_at_each_stop_and_ends_at_the_help(shown: Shown, screens, town):
    page = screens.of(town.person(shown.who))
    shown.before(page, town)
    page.goto(shown.path(town))
    shown.wait(page)
    page.evaluate("() => document.activeElement.blur()")

    stops = stops_of(page)

    page_itself = [each["is"] for each in stops if not each["bar"]]
    assert shown.name == "health" or page_itself[-1].startswith(QUESTIONS)
    assert [each for each in stops if not each["ringed"] or each["covered"] or each["away"]] == []


def stops_of(page: Page) -> list[dict[str, Any]]:
    """Where the key Tab leads, from the page's start to its end."""
    stops: list[dict[str, Any]] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            return stops
        stops.append(stop)
    raise AssertionError(f"no end of stops: {stops[-3:]}")


class TestPaying:
    def test_wrong_pin_is_said_in_the_title_and_at_the_field(self, screens, town):
        page = screens.of(town.citizen().person)
        page.goto(town.url(f"pay/{town.code_of_request()}"))
        pin = page.get_by_label("결제 비밀번호 6자리")
        acts.pay_button(page).press("Enter")
        expect(pin).to_be_focused()

        pin.press_sequentially("12")
        pin.press("Enter")
        expect(page).to_have_title(re.compile("^오류: "))
        expect(pin).to_have_accessible_description(re.compile("숫자 6자리를 적어 주세요"))

        pin.fill(WRONG_PIN)
        expect(pin).to_have_accessible_description(re.compile("비밀번호가 맞지 않아요"))
        expect(pin).to_be_focused()
        expect(page).to_have_title(re.compile("^오류: "))

        page.keyboard.type(PIN)
        acts.is_paid(page, 4_500)
        expect(page).to_have_title(re.compile("^결제했어요"))
        expect(page.locator("body > [aria-live]")).to_contain_text("4,500원")

    def test_payment_with_the_sound_off_vibrates_the_phone(self, screens, town):
        page = screens.of(town.citizen().person)
        page.add_init_script(
            "navigator.vibrate = (...felt) => (window.felt = felt); localStorage['payment-sound'] = 'off'"
        )
        page.goto(town.url(f"pay/{town.code_of_request()}"))

        acts.confirm(page)
        acts.is_paid(page, 4_500)

        assert page.evaluate("window.felt")

    def test_payment_that_no_top_up_could_cover_says_so_and_offers_no_top_up(self, screens, town):
        page = screens.of(town.citizen().person)
        page.goto(town.url(f"pay/{town.code_of_shop()}"))

        page.get_by_label("얼마를 낼까요?").fill("90000000")

        expect(page.get_by_text("까지만 충전할 수 있어요")).to_be_visible()
        expect(page.get_by_role("button", name="충전하고 결제하기")).to_be_hidden()


class TestAtTheWallet:
    def test_balance_hidden_by_a_press_is_called_hidden_and_stays_so(self, screens, town):
        citizen = town.citizen()
        page = screens.of(citizen.person)
        page.goto(town.url("wallet/"))
        card = page.get_by_label("잔액", exact=True)
        expect(card).to_contain_text(acts.won(citizen.available), use_inner_text=True)

        card.get_by_role("button", name="숨기기").press("Enter")

        expect(card).to_contain_text("잔액 숨김", use_inner_text=True)
        expect(card).not_to_contain_text(acts.won(citizen.available), use_inner_text=True)
        page.reload()
        expect(card).to_contain_text("잔액 숨김", use_inner_text=True)
        card.get_by_role("button", name="보기").press("Enter")
        expect(card).to_contain_text(acts.won(citizen.available), use_inner_text=True)


class TestAtTheCounter:
    @pytest.fixture
    def counter(self, screens, town):
        """A shop's phone."""
        page = screens.of(town.owners[0])
        page.goto(town.counter())
        expect(page.get_by_text("실시간")).to_be_visible()
        return page

    def test_keyboard_focus_at_the_counter_follows_the_screen(self, counter, town):
        counter.get_by_role("button", name="소리 켜기").press("Enter")
        expect(
            counter.get_by_text("소리 켜짐")
        ).to_be_attached()  # once every clip of the voice was fetched and can be played
        expect(counter.get_by_label("받을 금액")).to_be_focused()

        counter.keyboard.type("6500")
        counter.keyboard.press("Enter")
        expect(counter.locator("[data-part=amount]")).to_be_focused()

        town.citizen().api.pay(town.address(), 6_500, request=str(PaymentRequest.objects.latest("asked_at").pk))
        turned = counter.get_by_role("dialog", name="결제됐어요")
        expect(turned).to_have_accessible_description(re.compile("6,500원"))
        counter.keyboard.press("Escape")
        expect(counter.get_by_label("받을 금액")).to_be_focused()

    def test_focus_on_a_payment_stays_on_it_while_the_next_one_comes_in(self, counter, town):
        town.citizen().api.pay(town.address(), 7_100)
        row = acts.row_of(counter, 7_100).get_by_role("link").first
        row.focus()

        town.citizen().api.pay(town.address(), 7_200)

        expect(acts.row_of(counter, 7_200)).to_be_visible()
        expect(row).to_be_focused()

    def test_expired_code_is_asked_for_anew_by_one_press(self, counter, screens, town):
        acts.ask(counter, town.counter(), 7_300)
        asked = PaymentRequest.objects.latest("asked_at")
        PaymentRequest.objects.filter(pk=asked.pk).update(expires_at=clock.now() + timedelta(seconds=8))
        counter.reload()
        page = screens.of(town.citizen().person)
        page.goto(town.url(f"pay/{PaymentCode(asked.code)}"))
        expect(page.get_by_text("30초 남았어요")).to_be_attached()
        expect(counter.get_by_role("button", name="새 코드로 다시 보이기")).to_be_in_viewport()

        expect(page).to_have_title(re.compile("^오류: "))
        expect(page.get_by_role("alert").filter(has_text="시간이 지났어요")).to_be_focused()
        page.get_by_role("button", name="새 코드 받기").press("Enter")
        acts.confirm(page)
        acts.is_paid(page, 7_300)

        acts.rings_at(counter, 7_300)
        counter.keyboard.press("Escape")
        expect(counter.get_by_label("받을 금액")).to_be_visible()


class TestApplying:
    def test_missing_fields_of_a_shop_application_are_listed_and_linked(self, screens, town):
        page = screens.of(town.person("newcomer"))
        page.goto(town.url("shops/apply"))
        needed = page.get_by_role("region", name="필요한 것").get_by_role("listitem")
        expect(needed.filter(has_text="아직")).to_have_count(5)

        needed.get_by_role("link", name="사업자등록번호").press("Enter")
        expect(page.get_by_label("사업자등록번호 10자리")).to_be_focused()
        page.keyboard.type("1234567890")
        expect(needed.filter(has_text="✓")).to_have_count(0)
        page.get_by_label("사업자등록번호 10자리").fill(business_number())

        expect(needed.filter(has_text="✓")).to_have_text(re.compile("사업자등록번호"))


class TestAtTheCamera:
    def test_scan_page_whose_camera_is_refused_says_how_to_allow_it_and_what_else_to_do(
        self, screens, town, browser_type
    ):
        with browser_that_may_not_look(browser_type) as browser:
            page = screens.of(town.citizen().person, browser=browser)
            page.goto(town.url("scan"))

            page.get_by_role("button", name="카메라 켜기").press("Enter")

            said = page.locator(":focus")
            expect(said).to_contain_text(
                re.compile("카메라를 쓸 수 없어요.*카메라 허용.*사진을 고르거나 코드를 입력해 주세요", re.DOTALL)
            )
            expect(said.get_by_role("button", name="다시 켜 보기")).to_be_visible()

    def test_scan_page_without_a_camera_says_so_and_what_else_to_do(self, screens, town):
        page = screens.of(town.citizen().person)
        page.add_init_script(
            "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError') }"
        )
        page.goto(town.url("scan"))

        page.get_by_role("button", name="카메라 켜기").press("Enter")

        expect(page.locator(":focus")).to_contain_text("카메라를 찾지 못했어요. 사진을 고르거나 코드를 입력해 주세요")

    def test_typed_code_that_is_none_is_said_in_a_focused_alert(self, screens, town):
        page = screens.of(town.citizen().person)
        page.goto(town.url("scan"))

        page.get_by_label("코드 직접 입력").fill("7K2M9")
        page.keyboard.press("Enter")

        expect(page.get_by_role("alert").filter(has_text="코드가 잘못 읽혔거나")).to_be_focused()
        expect(page.get_by_label("코드 직접 입력")).to_have_accessible_description(re.compile("일부가 빠졌어요"))


def test_current_tab_in_forced_colours_is_the_only_one_marked(screens, town):
    page = screens.of(town.rich[0].person, forced_colors="active")
    page.goto(town.url("wallet/"))

    lines = page.locator(".tabbar a").evaluate_all(
        "tabs => tabs.map(each => getComputedStyle(each).textDecorationLine)"
    )

    assert lines == ["underline", *["none"] * 4]
