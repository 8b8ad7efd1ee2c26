"""A payment whose answer nobody saw: the wallet's next page says what became of it, until it was read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from citycoin.foundation.kernel import clock
from citycoin.platform.notices.models import Notice
from merchants.models import AwaitedEnd
from tests.browser import acts
from tests.browser.town import Citizen
from tests.outside import eventually

AMOUNT = 2_300
PAYMENTS = re.compile(r"/api/v1/[a-z]+/payments")
SENDING = re.compile(r"/api/v1/[a-z]+/payments$")
WAITS = "결제됐는지 확인하고 있어요. 다시 결제하지 마세요."


@dataclass(slots=True)
class Line:
    """A person's browser, whose payments can be held on their way or on their way back."""

    payer: Citizen
    browser: BrowserContext
    pay_path: str
    home_path: str
    had: int
    _let_go: list[Callable[[], None]] = field(default_factory=list)

    def hold_answers(self) -> None:
        """Payments arrive, and nobody hears of it."""
        self.browser.route(SENDING, lambda route: route.fetch() and None)

    def hold_payments(self) -> None:
        """Payments wait at the door."""

        def wait(route: Route) -> None:
            self._let_go.append(route.continue_)

        self.browser.route(SENDING, wait)

    def let_go(self) -> None:
        """Of what was held."""
        while self._let_go:
            self._let_go.pop()()

    def almost_paid(self) -> Page:
        """The payment's page with all but the PIN's last digit."""
        page = self.browser.new_page()
        page.goto(self.pay_path)
        page.get_by_label("얼마를 낼까요?").fill(str(AMOUNT))
        acts.almost_confirm(page)
        return page

    def home(self) -> Page:
        """In a tab of its own."""
        page = self.browser.new_page()
        page.goto(self.home_path)
        return page

    @property
    def spent(self) -> int:
        return self.had - self.payer.available


def said(page: Page) -> Locator:
    """What the page says of payments that another page sent."""
    return page.get_by_role("region", name="보낸 결제")


def end(page: Page) -> Locator:
    """What became of the payment, as it is seen."""
    return said(page).locator("[role=status] [data-when]:visible")


@pytest.fixture
def line(screens, town) -> Line:
    """Of somebody with won."""
    payer = town.citizen()
    return Line(
        payer,
        screens.profile(payer.person),
        town.url(f"pay/{town.code_of_shop()}"),
        town.url("wallet/"),
        payer.available,
    )


class TestAPaymentWhoseAnswerNobodySaw:
    def test_slow_payment_whose_page_was_closed_is_said_to_be_paid_by_the_next_page_until_it_is_read(self, line):
        page = line.almost_paid()
        line.hold_answers()
        acts.last_digit(page).click()
        expect(page.get_by_role("heading", name="가게에 알리고 있어요")).to_be_visible()
        expect(page.locator("p[data-waited]")).to_have_text(re.compile("[0-9]+초째 기다리고 있어요"))
        page.close()

        home = line.home()

        expect(end(home)).to_have_text("결제했어요.")
        expect(said(home)).to_contain_text(acts.won(AMOUNT))
        home.reload()
        said(home).get_by_role("link", name="영수증 보기").click()
        expect(home.get_by_role("heading", name="영수증")).to_be_visible()
        expect(said(home)).to_have_count(0)
        home.goto(line.home_path)
        expect(acts.balance_on(home)).to_be_visible()
        expect(said(home)).to_have_count(0)
        assert line.spent == AMOUNT

    def test_payment_that_was_left_on_its_way_is_in_the_inbox_and_not_said_twice(self, line, screens, town):
        """The page goes elsewhere before it knows. The end is new on another phone; and not, once a page has said it."""
        mine = Notice.objects.filter(person=line.payer.person, kind="payment_paid")
        line.hold_answers()
        self.leave(line, "about:blank")
        eventually(mine.exists, what="the notice of the payment")
        inbox = screens.profile(line.payer.person).new_page()
        inbox.goto(town.url("notices"))
        notice = inbox.get_by_role("listitem").filter(has_text=f"{AMOUNT:,}원을 냈어요.")
        expect(notice).to_contain_text("새 알림")
        expect(inbox.get_by_role("button", name="모두 읽음으로 표시하기")).to_be_hidden()
        inbox.reload()
        expect(notice).to_be_visible()
        expect(notice).not_to_contain_text("새 알림")
        notice.get_by_role("link").click()
        expect(inbox.get_by_role("heading", name="영수증")).to_be_visible()

        home = self.leave(line, line.home_path)

        expect(end(home).last).to_have_text("결제했어요.")
        eventually(lambda: not AwaitedEnd.objects.filter(over_at=None).exists(), what="the end told or heard")
        eventually(lambda: not mine.filter(read_at=None).exists(), what="no notice of it that is new")
        assert line.spent == 2 * AMOUNT

    @staticmethod
    def leave(line: Line, path: str) -> Page:
        """A payment's page, left for another before it knows."""
        page = line.almost_paid()
        acts.last_digit(page).click()
        expect(page.get_by_role("heading", name="가게에 알리고 있어요")).to_be_visible()
        page.goto(path)
        return page

    def test_payment_that_never_left_for_want_of_a_connection_is_said_not_to_be_paid_once_there_is_one(self, line):
        page = line.almost_paid()
        line.browser.set_offline(True)
        acts.last_digit(page).click()
        expect(page.get_by_role("heading", name="확인하고 있어요")).to_be_visible()
        page.close()
        line.browser.set_offline(False)

        home = line.home()

        expect(end(home)).to_contain_text(WAITS)
        expect(end(home)).to_contain_text("결제되지 않았어요. 결제가 도착하지 않았어요. 돈은 나가지 않았어요.")
        said(home).get_by_role("button", name="닫기").click()
        home.reload()
        expect(acts.balance_on(home)).to_be_visible()
        expect(said(home)).to_have_count(0)
        assert line.spent == 0

    def test_home_opened_while_a_payment_is_on_its_way_does_not_stop_it_and_its_line_goes_when_the_payer_saw_the_end(
        self, line
    ):
        page = line.almost_paid()
        line.hold_payments()
        acts.last_digit(page).click()
        expect(page.get_by_role("heading", name="결제하고 있어요")).to_be_visible()
        home = line.browser.new_page()
        home.clock.set_fixed_time(clock.now())  # it stays a moment ago, however busy the machine is
        with home.expect_response(PAYMENTS) as asked:
            home.goto(line.home_path)
        assert asked.value.request.method == "GET"
        expect(end(home)).to_contain_text(WAITS)

        line.let_go()

        acts.is_paid(page, AMOUNT)
        expect(said(home)).to_have_count(0)
        assert line.spent == AMOUNT

    def test_wallet_whose_payer_saw_the_end_asks_for_nothing(self, line):
        page = line.almost_paid()
        acts.last_digit(page).click()
        acts.is_paid(page, AMOUNT)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))

        page.goto(line.home_path)

        expect(acts.balance_on(page)).to_be_visible()
        page.wait_for_load_state()
        assert not [each for each in asked if "sent_payments" in each or PAYMENTS.search(each)]
