"""A counter without a connection: the shop's fixed code with what to mind, the last payments as last seen, and nothing queued."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from citycoin.foundation.waiting import wait_until
from merchants.models import PaymentRequest
from tests.browser import acts
from tests.browser.screens import PATIENCE_MS

KEPT = """async (address) => (await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).match(address))))
    .some(Boolean)"""
TEXT_KEPT = """async (address) => (await (await caches.match(address)).text())"""
MIND = "지금은 이 화면에 결제가 뜨지 않아요."


@pytest.fixture
def counter(screens, town) -> Page:
    """Connected, and kept by the service worker."""
    page: Page = screens.of(town.owners[0])
    page.goto(town.counter())
    expect(page.get_by_text("실시간")).to_be_visible()
    wait_until(lambda: page.evaluate(KEPT, page.url), timeout_seconds=PATIENCE_MS / 1000, what="the counter's copy")
    return page


class TestACounterWithoutAConnection:
    def test_counter_that_loses_its_connection_offers_the_fixed_code_says_what_to_mind_and_queues_nothing(
        self, counter, town
    ):
        counter.get_by_label("받을 금액").fill("4300")
        asked = PaymentRequest.objects.count()
        counter.context.set_offline(True)

        expect(counter.get_by_text("금액 QR은 인터넷이 있어야 만들어요.")).to_be_visible()
        expect(counter.get_by_role("button", name="QR 보이기")).to_be_disabled()
        counter.locator("form.keypad").evaluate("form => form.requestSubmit()")
        counter.get_by_role("button", name="고정 코드로 받기").click()

        expect(counter.get_by_role("img", name="가게의 고정 QR 코드").locator("svg")).to_be_visible()
        expect(counter.get_by_text(MIND)).to_be_visible()
        expect(counter.get_by_text("인터넷을 확인해 주세요.")).to_be_visible()

        town.citizen().api.pay(town.address(), 4_310)
        counter.context.set_offline(False)
        acts.rings_at(counter, 4_310)
        expect(counter.get_by_text(MIND)).to_be_hidden()
        assert PaymentRequest.objects.count() == asked

    def test_counter_opened_without_a_connection_shows_the_fixed_code_and_the_last_payments_until_there_is_one(
        self, counter, town
    ):
        town.citizen().api.pay(town.address(), 4_320)
        expect(acts.row_of(counter, 4_320)).to_be_visible()
        counter.reload()  # what is kept is the page as it was opened
        expect(acts.row_of(counter, 4_320)).to_be_visible()
        wait_until(
            lambda: "4,320" in counter.evaluate(TEXT_KEPT, counter.url),
            timeout_seconds=PATIENCE_MS / 1000,
            what="the newer copy",
        )
        counter.context.set_offline(True)

        counter.reload()

        code = counter.get_by_role("img", name="가게의 고정 QR 코드")
        expect(code.locator("svg")).to_be_visible()
        expect(counter.get_by_text(MIND)).to_be_visible()
        expect(counter.get_by_role("alert").filter(has_text="연결이 끊겼어요.")).to_be_visible()
        expect(counter.get_by_role("button", name="금액 입력으로 돌아가기")).to_be_hidden()

        counter.context.set_offline(False)

        expect(counter.get_by_text("실시간")).to_be_visible()
        expect(counter.get_by_role("button", name="QR 보이기")).to_be_visible()
        expect(code).to_be_hidden()

    def test_counter_leaves_no_copy_to_whoever_comes_next(self, counter):
        address = counter.url
        counter.locator(".menu > summary").click()
        counter.get_by_role("button", name="로그아웃").click()

        wait_until(
            lambda: not counter.evaluate(KEPT, address), timeout_seconds=PATIENCE_MS / 1000, what="no copy any more"
        )
