"""A part dies between "confirm" and "paid": each payment ends as done or not done, and both screens and the books agree."""

from __future__ import annotations

import itertools
import re

import pytest
from playwright.sync_api import Page, Route, expect

from merchants.queries.sales import payment_of_request
from tests.browser import acts
from tests.browser.screens import DESK_PX
from tests.faults.healthy import heal
from tests.outside import eventually
from wallets.models import Status

AMOUNTS = itertools.count(4_001)
DONE, NOT_DONE = "결제했어요", "결제되지 않았어요"


@pytest.fixture
def amount() -> int:
    """Another one for each test, so that rows of a board can be told apart."""
    return next(AMOUNTS)


@pytest.fixture
def counter(screens, town, amount) -> Page:
    """The shop asks for the amount."""
    page = screens.of(town.owners[0], px=DESK_PX)
    acts.ask(page, town.counter(), amount)
    return page


@pytest.fixture
def phone(screens, town, counter) -> Page:
    """A citizen before the shop's request, with all but the PIN's last digit typed."""
    citizen = town.citizen()
    page = screens.of(citizen.person)
    page.goto(town.url(f"pay/{counter.locator('[data-part=code]').inner_text()}"))
    acts.almost_confirm(page)
    page.citizen, page.had = citizen, citizen.available
    return page


class TestWhatWasConfirmed:
    @pytest.mark.parametrize("part", ["broker", "chain", "live", "web"])
    def test_confirmed_payment_ends_when_a_part_dies_before_the_request_arrives(
        self, part, phone, counter, amount, town
    ):
        self.killed_on_the_way(part, phone, town, first=lambda route: route.continue_())

        self.agree(phone, counter, amount, town)

    @pytest.mark.parametrize("part", ["broker", "chain", "live", "web"])
    def test_confirmed_payment_is_made_when_a_part_dies_before_the_answer_arrives(
        self, part, phone, counter, amount, town
    ):
        def answered_to_nobody(route: Route) -> None:
            route.fetch()
            route.abort()

        self.killed_on_the_way(part, phone, town, first=answered_to_nobody, before=False)

        assert self.agree(phone, counter, amount, town) == DONE

    def killed_on_the_way(self, part, phone, town, *, first, before=True) -> None:
        """Kill ``part`` (the supervisor starts it again) when the page has sent the payment; the rest of its way is real."""

        def on_the_way(route: Route) -> None:
            if before:
                town.system.kill(part)
            first(route)
            if not before:
                town.system.kill(part)

        phone.route(re.compile(r"/payments$"), on_the_way, times=1)
        acts.last_digit(phone).click()

    def agree(self, phone, counter, amount, town) -> str:
        """What the payer's screen ends with; the shop's screen and the books say the same."""
        ended = phone.get_by_role("heading", name=re.compile(f"{DONE}|{NOT_DONE}"))
        expect(ended).to_be_visible(timeout=acts.BLOCKS_MS)
        heal(town.system)
        asked = town.shops[0].requests.latest("asked_at")
        assert asked.amount == amount
        payment = payment_of_request(asked)
        if ended.inner_text() == NOT_DONE:
            assert payment is None
            assert phone.citizen.available == phone.had
            expect(acts.row_of(counter, amount)).to_be_hidden()
            return NOT_DONE
        assert payment is not None
        assert phone.citizen.available == phone.had - amount
        expect(acts.row_of(counter, amount)).to_be_visible()
        eventually(lambda: payment_of_request(asked).status == Status.SETTLED, what="the settlement")
        expect(acts.row_of(counter, amount)).to_contain_text("확정")
        return DONE
