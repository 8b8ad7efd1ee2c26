"""An amount that is typed or pasted never becomes another: the pages' scripts read it by the server's rule, and say so at once."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from citycoin.foundation.http.forms import AmountWrong, typed_amount
from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.money import LARGEST_MOVEMENT
from tests.browser import acts
from tests.browser.screens import DESK_PX
from wallets.models import Lot

WRONG = [
    "1.5",
    "5,00",
    "5,0000",
    "-5000",
    "5000won",
    "５０００",
    "٥",
    "1e3",
    "0",
    "000",
    "9" * 16,
    str(LARGEST_MOVEMENT + 1),
]
RIGHT = {
    "5000": 5_000,
    "5,000": 5_000,
    "5000원": 5_000,
    "5,000 원": 5_000,
    " 0005000\u200b": 5_000,
    "\u202a5,000\u202c": 5_000,
}
SPACES = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in {"Zs", "Cf"}]
# What a field of one line drops by itself isn't ours to judge.
AROUND = (
    [f"{each}5000{each}" for each in SPACES] + [f"5{each}000" for each in SPACES] + [f"5000{each}원" for each in SPACES]
)
TYPES_INTO = """([field, sentence, button, texts]) => texts.map((text) => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return [sentence.hidden, button.disabled, field.value];
})"""


@dataclass
class Place:
    """A page with a field for an amount, and the button that goes on with it."""

    page: Page
    field: Locator
    button: Locator

    @property
    def sentence(self) -> Locator:
        return self.page.locator("[data-amount-wrong]")

    def is_wrong(self, text: str) -> None:
        expect(self.sentence).to_have_text(AmountWrong.ko)
        expect(self.sentence).to_be_visible()
        expect(self.field).to_have_value(text)
        expect(self.field).to_have_attribute("aria-invalid", "true")
        expect(self.button).to_be_disabled()

    def is_right(self, text: str) -> None:
        expect(self.sentence).to_be_hidden()
        expect(self.field).to_have_value(text)
        expect(self.button).to_be_enabled()


@pytest.fixture(params=["pay", "counter", "top-up"])
def place(request, screens, town) -> Place:
    """Each of the three."""
    if request.param == "counter":
        page = screens.of(town.owners[0], px=DESK_PX)
        page.goto(town.counter())
        return Place(page, page.get_by_label("받을 금액"), page.get_by_role("button", name="QR 보이기"))
    page = screens.of(town.citizen().person)
    if request.param == "pay":
        page.goto(town.url(f"pay/{town.code_of_shop()}"))
        return Place(page, page.get_by_label("얼마를 낼까요?"), acts.pay_button(page))
    page.goto(town.url("top-up"))
    return Place(page, page.get_by_label("다른 금액"), page.locator("[data-button-text]"))


class TestTyping:
    @pytest.mark.parametrize("text", ["1.5", "5,00", "12a"])
    def test_what_is_no_amount_stays_as_it_is_typed_and_is_said_to_be_none(self, place, text):
        place.field.press_sequentially(text)

        place.is_wrong(text)
        place.field.press("Enter")
        place.is_wrong(text)

    def test_digits_are_grouped_while_they_are_typed_deleted_and_put_in_between(self, place):
        place.field.press_sequentially("20000")
        place.is_right("20,000")
        place.field.press("Backspace")
        place.is_right("2,000")
        place.field.press("Home")
        place.field.press_sequentially("1")
        place.is_right("12,000")
        place.field.press("Delete")
        place.is_right("1,000")

    def test_wrong_amount_that_is_mended_is_right_again(self, place):
        place.field.press_sequentially("5,000.")
        place.is_wrong("5,000.")

        place.field.press("Backspace")

        place.is_right("5,000")

    def test_pasted_amount_is_whole_or_said_to_be_none(self, place):
        place.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        for text, shown in (("5,000원", "5,000원"), ("3000", "3,000")):
            self.paste(place, text)
            place.is_right(shown)
        for text in ("1.5", "123,456,789,012,345,678", "5,00"):
            self.paste(place, text)
            place.is_wrong(text)

    def paste(self, place: Place, text: str) -> None:
        """Over what stands there."""
        place.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        place.field.press("Control+a")
        place.field.press("Control+v")


def test_page_reads_an_amount_as_the_server_does(place):
    texts = [*WRONG, *RIGHT, *AROUND]

    handles = [each.element_handle() for each in (place.field, place.sentence, place.button)]
    found = place.page.evaluate(TYPES_INTO, [*handles, texts])

    for text, (is_right, is_disabled, shown) in zip(texts, found, strict=True):
        assert is_right is can_move(text), ascii(text)
        assert is_disabled is not is_right, ascii(text)
        assert shown == text or (is_right and typed_amount(shown) == typed_amount(text)), ascii(text)
    assert all(typed_amount(text).amount == won for text, won in RIGHT.items())


def can_move(text: str) -> bool:
    try:
        typed_amount(text)
    except AmountWrong:
        return False
    return True


def test_amount_of_a_payment_to_which_more_is_added_is_the_sum_and_never_of_what_is_no_amount(screens, town):
    page = screens.of(town.citizen().person)
    page.goto(town.url(f"pay/{town.code_of_shop()}"))
    field, more = page.get_by_label("얼마를 낼까요?"), page.get_by_role("button", name="+1천")

    field.fill("2500")
    more.click()
    expect(field).to_have_value("3,500")
    field.fill("1.5")
    expect(more).to_be_disabled()
    page.get_by_role("button", name="지우기").click()
    more.click()
    expect(field).to_have_value("1,000")


def test_payment_page_splits_what_is_typed_over_the_lots_and_the_receipt_says_the_same(screens, town):
    payer = town.citizen()
    payer.api.top_up(4_000)
    soon = Lot.objects.filter(wallet__owner=payer.person).latest("pk")
    Lot.objects.filter(pk=soon.pk).update(expires_at=clock.now() + timedelta(days=9))
    page = screens.of(payer.person)
    page.goto(town.url(f"pay/{town.code_of_shop()}"))
    field, split = page.get_by_label("얼마를 낼까요?"), page.locator("[data-split]")
    parts = split.locator("[data-lot]:visible [data-taken]")

    expect(split).to_be_hidden()
    for typed, taken in (("5000", ["4,000원", "1,000원"]), ("4000", ["4,000원"]), ("4001", ["4,000원", "1원"])):
        field.fill(typed)
        expect(parts).to_have_text(taken)
    for typed in (str(payer.available + 1), "1.5", ""):
        field.fill(typed)
        expect(split).to_be_hidden()
    field.fill("5000")
    said = [each.split() for each in split.locator("[data-lot]:visible").all_inner_texts()]
    acts.confirm(page)
    page.get_by_role("link", name="영수증 보기").click()

    expect(page.get_by_role("heading", name="쓴 돈")).to_be_visible()
    receipt = page.locator(".receipt").inner_text().split()
    assert " ".join(said[0] + said[1]) in " ".join(receipt)


def test_keys_of_the_counter_go_on_from_what_was_typed(screens, town):
    page = screens.of(town.owners[0], px=DESK_PX)
    page.goto(town.counter())
    field = page.get_by_label("받을 금액")

    field.fill("1.")
    page.get_by_role("button", name="5", exact=True).click()
    expect(field).to_have_value("1.5")
    expect(page.locator("[data-amount-wrong]")).to_be_visible()
    for _ in range(2):
        page.get_by_role("button", name="한 자리 지우기").click()
    for key in ("00", "0"):
        page.get_by_role("button", name=key, exact=True).click()
    expect(field).to_have_value("1,000")
