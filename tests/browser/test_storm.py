"""However impatiently one payment is confirmed, it is debited once; and every screen ends by saying the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from merchants.domain.codes import PaymentCode
from tests.browser import acts
from tests.outside import eventually
from wallets.models import Payment

DONE = re.compile("결제했어요|영수증")
# A finger's second tap on the result's first link, in the very moment in which the result is drawn.
TAP_A_LINK_WHEN_DONE = """() => {
    const screen = document.querySelector("pay-screen");
    new MutationObserver(() => {
        if (screen.dataset.state !== "done") return;
        const link = screen.querySelector("[data-done] a[href]");
        window.tapped = Boolean(link);
        link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail: 2 }));
    }).observe(screen, { attributeFilter: ["data-state"] });
}"""


class Debits:
    """What one citizen has paid to one request."""

    def __init__(self, town, amount: int) -> None:
        self.citizen, self.amount = town.citizen(), amount
        self.asked = town.request(amount)
        self.path = town.url(f"pay/{PaymentCode(self.asked.code)}")
        self._before = self.citizen.available

    def is_one(self) -> None:
        """One payment of the request, one debit of the wallet."""
        assert Payment.objects.filter(request=self.asked.pk).count() == 1
        assert self.citizen.available == self._before - self.amount


@pytest.fixture
def debits(town) -> Debits:
    """A citizen before a request that nobody has paid."""
    return Debits(town, 1_700)


def filled(page: Page, path: str) -> Page:
    """The payment's page with all but the PIN's last digit typed."""
    page.goto(path)
    acts.almost_confirm(page)
    return page


def ends_as_paid(page: Page) -> None:
    """The screen says done: the result, or the receipt where the payment was made elsewhere."""
    expect(page.get_by_role("heading", name=DONE)).to_be_visible(timeout=30_000)


@contextmanager
def held(page: Page) -> Iterator[list[Route]]:
    """Payments of this page are held on their way, and never arrive."""
    waiting: list[Route] = []
    page.route("**/api/v1/*/payments", lambda route: waiting.append(route))  # noqa: PLW0108 - playwright marks what it calls

    yield waiting
    # A payment is sent to outlive its page: without this it would go on its way once nothing holds it.
    for route in waiting:
        route.abort()
    page.unroute_all(behavior="ignoreErrors")


class TestOnePaymentIsMade:
    def test_payment_confirmed_by_a_double_tap_is_made_once(self, debits, screens):
        page = filled(screens.of(debits.citizen.person), debits.path)

        acts.last_digit(page).dblclick()

        ends_as_paid(page)
        debits.is_one()

    def test_second_tap_that_comes_when_the_result_is_drawn_leads_nowhere(self, debits, screens):
        page = filled(screens.of(debits.citizen.person), debits.path)
        page.evaluate(TAP_A_LINK_WHEN_DONE)

        acts.last_digit(page).click()

        ends_as_paid(page)
        assert page.evaluate("window.tapped") is True
        debits.is_one()

    def test_payment_confirmed_by_a_click_and_the_enter_key_at_once_is_made_once(self, debits, screens):
        page = filled(screens.of(debits.citizen.person), debits.path)

        acts.last_digit(page).evaluate("button => { button.click(); button.form.requestSubmit(); button.click(); }")

        ends_as_paid(page)
        debits.is_one()

    def test_payment_page_reloaded_right_after_the_tap_makes_one_payment(self, debits, screens):
        page = filled(screens.of(debits.citizen.person), debits.path)

        with held(page):
            acts.last_digit(page).click()
            expect(page.get_by_role("heading", name="결제하고 있어요")).to_be_visible()
            page.reload()

        # The first request never left: asking for its id closes it, and the page says "not done" for good.
        expect(page.get_by_role("heading", name="결제되지 않았어요")).to_be_visible()
        page.get_by_role("button", name="다시 결제하기").or_(page.get_by_role("link", name="다시 결제하기")).click()
        acts.confirm(page)
        ends_as_paid(page)
        debits.is_one()

    def test_payment_that_arrives_just_after_its_page_was_reloaded_is_said_to_be_made(self, debits, screens):
        page = filled(screens.of(debits.citizen.person), debits.path)

        with held(page) as waiting:
            acts.last_digit(page).click()
            expect(page.get_by_role("heading", name="결제하고 있어요")).to_be_visible()
            page.route("**/close", lambda route: (waiting[0].fetch(), route.continue_()))
            page.reload()
            # Nobody has touched the page that says it, and looking into it would count as a touch: it may not try to vibrate.
            page.wait_for_url("**/wallet/payments/*")
            ends_as_paid(page)

        debits.is_one()

    def test_payment_page_reloaded_after_the_result_makes_one_payment(self, debits, screens):
        page = filled(screens.of(debits.citizen.person), debits.path)
        acts.last_digit(page).click()
        ends_as_paid(page)

        page.reload()

        ends_as_paid(page)
        debits.is_one()

    def test_payment_page_after_going_back_from_the_result_makes_one_payment(self, debits, screens):
        page = screens.of(debits.citizen.person)
        page.goto("/")
        filled(page, debits.path)
        acts.last_digit(page).click()
        ends_as_paid(page)

        page.go_back()
        page.go_forward()

        ends_as_paid(page)
        page.goto(debits.path)
        ends_as_paid(page)
        debits.is_one()

    def test_payment_confirmed_in_two_tabs_at_once_is_made_once(self, debits, screens):
        profile = screens.profile(debits.citizen.person)
        tabs = [filled(profile.new_page(), debits.path) for _ in range(2)]

        self.confirmed_at_once(tabs)

        for tab in tabs:
            ends_as_paid(tab)
        debits.is_one()

    def test_payment_confirmed_on_two_phones_at_once_is_made_once(self, debits, screens):
        phones = [filled(screens.of(debits.citizen.person), debits.path) for _ in range(2)]

        self.confirmed_at_once(phones)

        for phone in phones:
            ends_as_paid(phone)
        debits.is_one()

    def test_request_confirmed_by_two_people_is_paid_once_and_the_second_is_refused(self, debits, screens, town):
        other = next(each for each in town.rich if each.person != debits.citizen.person)
        had = other.available
        first, second = (filled(screens.of(each.person), debits.path) for each in (debits.citizen, other))
        acts.last_digit(first).click()
        ends_as_paid(first)

        acts.last_digit(second).click()

        expect(second.get_by_role("heading", name="결제되지 않았어요")).to_be_visible()
        assert other.available == had
        debits.is_one()

    def test_payment_whose_answer_is_lost_is_made_once(self, debits, screens):
        page = filled(screens.of(debits.citizen.person), debits.path)

        def swallow(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route("**/api/v1/*/payments", swallow)

        acts.last_digit(page).click()

        ends_as_paid(page)
        debits.is_one()

    def confirmed_at_once(self, pages: list[Page]) -> None:
        """Both payments are on their way before either arrives."""
        sent: list[Route] = []
        for page in pages:
            page.route("**/api/v1/*/payments", lambda route: sent.append(route))  # noqa: PLW0108 - as above
            acts.last_digit(page).click()
        pages[0].wait_for_timeout(0)
        eventually(lambda: self._pumped(pages) and len(sent) == len(pages), what="both payments on their way")
        for route in sent:
            route.continue_()

    @staticmethod
    def _pumped(pages: list[Page]) -> bool:
        """Let playwright hand over what the browser has said meanwhile."""
        return bool(pages[0].title())
