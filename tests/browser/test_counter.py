"""Several counters of one shop: only the one that asked turns; and what a shop must know stands where it is seen."""

from __future__ import annotations

import itertools
import re

import pytest
from playwright.sync_api import Page, expect

from merchants.models import PaymentRequest, Refund
from tests.api.stops import stopped
from tests.browser import acts
from tests.browser.screens import PHONE_PX
from wallets.models import Payment

TABLET_PX, SHORT_PX = (1024, 600), (360, 480)
TWICE = itertools.count(5_300, 3)
QR_CM = 6
PX_A_CM = 96 / 2.54
MODULES, QUIET_MODULES = 41, 8


def opened(screens, town, px: tuple[int, int] = PHONE_PX) -> Page:
    """A counter of the first shop in a browser of its own, connected."""
    page: Page = screens.of(town.owners[0], px=px)
    page.goto(town.counter())
    expect(page.get_by_text("실시간")).to_be_visible()
    return page


def asked_for() -> str:
    """The id of what a counter asked for last."""
    return str(PaymentRequest.objects.latest("asked_at").pk)


class TestSeveralCounters:
    def test_only_the_counter_that_asked_turns_and_the_other_says_it_in_a_line(self, screens, town):
        asking, other = opened(screens, town), opened(screens, town, TABLET_PX)
        acts.ask(asking, town.counter(), 5_100)

        town.citizen().api.pay(town.address(), 5_100, request=asked_for())

        acts.rings_at(asking, 5_100)
        line = other.locator("[data-part=news]")
        expect(line).to_contain_text(re.compile("5,100원.*다른 계산대", re.DOTALL))
        expect(line).to_be_visible()
        expect(acts.row_of(other, 5_100)).to_be_visible()
        expect(other.get_by_role("dialog")).to_be_hidden()

    def test_payment_of_the_poster_is_said_in_a_line_and_turns_the_counter_that_shows_the_fixed_code(
        self, screens, town
    ):
        idle, showing = opened(screens, town), opened(screens, town)
        showing.get_by_role("button", name="고정 코드", exact=True).click()

        town.citizen().api.pay(town.address(), 5_200)

        acts.rings_at(showing, 5_200)
        expect(idle.locator("[data-part=news]")).to_contain_text(re.compile("5,200원.*고정 코드", re.DOTALL))
        expect(idle.get_by_role("dialog")).to_be_hidden()


class TestTwice:
    @pytest.fixture
    def amount(self) -> int:
        """Another one for each test: what one of them left unsaid is asked about at every later counter."""
        return next(TWICE)

    @pytest.fixture
    def counter(self, screens, town, amount) -> Page:
        """At which the same citizen has paid the amount twice."""
        page, citizen = opened(screens, town), town.citizen()
        for _ in range(2):
            citizen.api.pay(town.address(), amount)
        asked = page.get_by_role("alert").filter(has_text="한 번 더 받을까요?")
        expect(asked).to_contain_text(f"{acts.won(amount)}을 2분 안에 또")
        return page

    def test_same_amount_again_is_asked_about_until_it_is_said_to_be_meant(self, counter, amount):
        asked = counter.get_by_role("alert").filter(has_text=acts.won(amount))
        counter.get_by_role("button", name="네, 받을게요").click()

        expect(asked).to_be_hidden()
        counter.reload()
        expect(counter.get_by_text("실시간")).to_be_visible()
        expect(asked).to_be_hidden()

    def test_same_amount_again_is_given_back_by_two_presses(self, counter, town, amount):
        counter.get_by_role("link", name="돌려줄게요").click()
        expect(counter.get_by_role("heading", name=f"{acts.won(amount)} 돌려줄까요?")).to_be_visible()
        assert not Refund.objects.filter(amount=amount).exists()

        counter.get_by_role("button", name=f"{acts.won(amount)} 취소하기").click()

        expect(counter.get_by_role("heading", name="받은 결제")).to_be_visible()
        given = Refund.objects.get(amount=amount)
        taken = Payment.objects.filter(payee=town.shops[0].wallet, amount=amount)
        assert (given.reason, given.payment) == ("twice", taken.latest("pk"))


class TestTheScreen:
    @pytest.mark.parametrize("px", [PHONE_PX, TABLET_PX], ids=["phone", "tablet"])
    def test_keypad_and_button_are_on_the_first_screen_and_the_code_has_six_centimetres(self, screens, town, px):
        page = opened(screens, town, px)
        for name in ("1", "0", "한 자리 지우기"):
            expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("button", name="QR 보이기")).to_be_in_viewport(ratio=1)

        shown = acts.ask(page, town.counter(), 5_400)

        expect(shown).to_be_in_viewport(ratio=1)
        expect(page.get_by_text("이 화면을 밝게 해 주세요")).to_be_in_viewport(ratio=1)
        box = shown.bounding_box()
        assert box is not None
        assert box["width"] * (MODULES - QUIET_MODULES) / MODULES >= QR_CM * PX_A_CM

    @pytest.mark.parametrize("px", [PHONE_PX, TABLET_PX], ids=["phone", "tablet"])
    def test_question_about_a_payment_moves_no_key_away_from_a_finger(self, screens, town, px):
        page, amount, citizen = opened(screens, town, px), next(TWICE), town.citizen()
        citizen.api.pay(town.address(), amount)
        expect(acts.row_of(page, amount)).to_be_visible()
        key = page.get_by_role("button", name="5", exact=True)
        before = key.bounding_box()

        citizen.api.pay(town.address(), amount)

        expect(page.get_by_role("alert").filter(has_text=acts.won(amount))).to_be_visible()
        assert key.bounding_box() == before

    def test_code_is_shown_whole_however_far_down_the_keypad_was_left(self, screens, town):
        page = opened(screens, town, SHORT_PX)
        expect(page.get_by_role("button", name="QR 보이기")).not_to_be_in_viewport()

        shown = acts.ask(page, town.counter(), 5_500)

        expect(shown).to_be_in_viewport(ratio=1)

    def test_stopped_city_is_said_at_the_top_and_locks_the_keys(self, screens, town):
        page = opened(screens, town)

        with stopped(town.slug):
            bar = page.get_by_role("status").filter(has_text="시에서 결제를 잠시 멈췄어요")
            expect(bar).to_be_in_viewport(ratio=1)
            expect(page.get_by_role("button", name="QR 보이기")).to_be_disabled()
            page.reload()
            expect(bar).to_be_in_viewport(ratio=1)
            expect(page.get_by_role("button", name="QR 보이기")).to_be_disabled()

        expect(bar).to_be_hidden(timeout=acts.BLOCKS_MS)
        expect(page.get_by_role("button", name="QR 보이기")).to_be_enabled()

    def test_refund_is_typed_by_keys_with_a_reason_and_checked_before_it_is_given(self, screens, town):
        paid = town.citizen().api.pay(town.address(), 5_500)["id"]
        page = screens.of(town.owners[0])
        page.goto(town.url(f"shops/{town.shops[0].pk}/payments/{paid}"))
        page.get_by_role("link", name="취소하기").click()
        expect(page.get_by_label("취소할 금액")).to_have_value("5,500")

        for digit in "200":
            page.get_by_role("button", name=digit, exact=True).click()
        expect(page.get_by_label("취소할 금액")).to_have_value("200")
        page.get_by_role("button", name="확인하러 가기").click()
        expect(page.get_by_role("alert")).to_contain_text("왜 돌려주는지 골라 주세요")
        expect(page.get_by_label("취소할 금액")).to_have_value("200")
        page.get_by_label("물건이 없어요").check()
        page.get_by_role("button", name="확인하러 가기").click()
        expect(page.locator(".change")).to_contain_text("5,300원")
        page.get_by_role("button", name="200원 취소하기").click()

        expect(page.get_by_text("물건이 없어요")).to_be_visible()
        assert Payment.objects.get(client_id=paid).refunded == 200
