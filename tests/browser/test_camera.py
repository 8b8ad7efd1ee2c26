"""A code is photographed from a shop's screen and read by the page's own decoder; no other picture pays that shop."""

from __future__ import annotations

import random
import re

import pytest
from playwright.sync_api import expect

from citycoin.foundation.kernel import clock
from citycoin.foundation.kernel.money import Amount
from citycoin.platform.cities.queries import city_named
from merchants.domain.codes import PaymentCode, link_of
from merchants.models import PaymentRequest, Shop
from merchants.operations import requests
from merchants.queries.sales import payment_of_request
from tests.browser import acts
from tests.browser.camera import blank, browser_that_sees, drawn, photographed, torn
from tests.browser.screens import DESK_PX

# Its reader, what that imports, and the WebAssembly.
DECODER_FILES = 3
# Chromium on Linux has no such interface, so this stands for a browser that has: it sees the same code in any picture.
READS_BY_ITSELF = """
    globalThis.BarcodeDetector = class {
        static getSupportedFormats = async () => ["qr_code"];
        detect = async () => [{ rawValue: "%s" }];
    };
"""


@pytest.fixture
def amount() -> int:
    """Some won that no other test asks for."""
    return random.randrange(1_000, 9_999)  # noqa: S311 - no secret


@pytest.fixture
def counter(screens, town, amount):
    """The screen of a shop that asks for the amount."""
    page = screens.of(town.owners[0], px=DESK_PX)
    page.qr = acts.ask(page, town.counter(), amount)
    page.asked = PaymentRequest.objects.filter(shop=town.shops[0]).latest("asked_at")
    return page


class TestTheShopsOwnScreen:
    def test_code_on_the_shops_screen_is_read_and_paid(self, counter, amount, town, screens, browser_type, tmp_path):
        citizen = town.citizen()
        before = citizen.available

        with browser_that_sees(browser_type, photographed(counter.qr, tmp_path)) as camera:
            phone = screens.of(citizen.person, browser=camera)
            acts.scan(phone, town.slug)
            expect(phone.locator("[data-shop]")).to_have_text(town.shops[0].name_ko)
            expect(phone.locator("[data-form]")).to_contain_text(acts.won(amount))
            acts.confirm(phone)
            acts.is_paid(phone, amount)

        acts.rings_at(counter, amount)
        assert payment_of_request(counter.asked)
        assert citizen.available == before - amount


class TestDecoder:
    """A megabyte is loaded only where the browser can't read a QR by itself, and only for somebody who uses it."""

    def test_decoder_comes_compressed_with_the_first_picture_and_not_with_the_page(self, town, screens, tmp_path):
        phone, loaded = self.opened(screens, town)
        assert loaded == []

        self.choose(phone, drawn(self.link(town), tmp_path))
        expect(phone.locator("[data-shop]")).to_have_text(town.shops[0].name_ko)

        wasm = [each for each in loaded if each.url.endswith(".wasm")]
        assert [each.response().header_value("Content-Encoding") for each in wasm] == ["br"]
        assert [each.response().header_value("Content-Type") for each in wasm] == ["application/wasm"]

    def test_browser_that_reads_a_qr_by_itself_loads_no_decoder(self, town, screens, tmp_path):
        phone, loaded = self.opened(screens, town, before=READS_BY_ITSELF % self.link(town))

        self.choose(phone, blank(tmp_path))
        expect(phone.locator("[data-shop]")).to_have_text(town.shops[0].name_ko)

        assert loaded == []

    def test_browser_that_reads_other_codes_alone_loads_the_decoder(self, town, screens, tmp_path):
        phone, loaded = self.opened(screens, town, before=READS_BY_ITSELF.replace("qr_code", "ean_13") % "nothing")

        self.choose(phone, drawn(self.link(town), tmp_path))
        expect(phone.locator("[data-shop]")).to_have_text(town.shops[0].name_ko)

        assert len(loaded) == DECODER_FILES

    @staticmethod
    def opened(screens, town, *, before=""):
        """The camera's page in a browser that has no camera, and the requests for parts of the decoder, as they come."""
        phone, loaded = screens.of(town.citizen().person), []
        phone.on("request", lambda request: "/vendor/zxing" in request.url and loaded.append(request))
        phone.add_init_script(before)
        acts.scan(phone, town.slug)
        expect(phone.get_by_role("button", name="카메라 켜기")).to_be_visible()
        phone.wait_for_load_state("load")
        return phone, loaded

    @staticmethod
    def link(town) -> str:
        """What the first shop's poster says."""
        return link_of(town.code_of_shop(), city=town.slug, base_url=town.system.web_url)

    @staticmethod
    def choose(phone, picture) -> None:
        """A picture from the phone's album."""
        phone.locator("[data-picture]").set_input_files(picture)


class TestAnotherPicture:
    """Held before the same page in place of the right one."""

    def test_code_of_another_shop_names_and_pays_that_shop(
        self, counter, amount, town, screens, browser_type, tmp_path
    ):
        other = screens.of(town.owners[1], px=DESK_PX)
        picture = photographed(acts.ask(other, town.counter(1), amount), tmp_path)

        with browser_that_sees(browser_type, picture) as camera:
            phone = screens.of(town.citizen().person, browser=camera)
            acts.scan(phone, town.slug)
            expect(phone.locator("[data-shop]")).to_have_text(town.shops[1].name_ko)
            acts.confirm(phone)
            acts.is_paid(phone, amount)

        acts.rings_at(other, amount)
        assert_unpaid(counter)

    def test_code_of_another_city_names_that_city_and_pays_nothing(
        self, counter, amount, town, screens, browser_type, tmp_path, other_city
    ):
        shop = Shop.objects.filter(city=city_named(other_city)).earliest("pk")
        asked = requests.ask(shop=shop, amount=Amount(amount), now=clock.now())
        link = link_of(PaymentCode(asked.code), city=other_city, base_url=town.system.web_url)

        said = self.refusal(drawn(link, tmp_path), town, screens, browser_type)

        assert shop.city.name_ko in said
        assert_unpaid(counter)

    @pytest.mark.parametrize("spoil", [torn, lambda picture: blank(picture.parent)], ids=["torn", "blank"])
    def test_picture_of_a_torn_or_blank_code_is_not_read(self, spoil, counter, town, screens, browser_type, tmp_path):
        picture = spoil(photographed(counter.qr, tmp_path))

        with browser_that_sees(browser_type, picture) as camera:
            phone = screens.of(town.citizen().person, browser=camera)
            acts.scan(phone, town.slug)
            expect(phone.get_by_text("잘 안 읽히나요?")).to_be_visible()
            assert phone.url.endswith("/scan")

        assert_unpaid(counter)

    def test_link_with_a_wrong_check_digit_is_called_ours_and_damaged(
        self, counter, town, screens, browser_type, tmp_path
    ):
        right = str(PaymentCode(counter.asked.code))
        wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
        link = f"{town.system.web_url}/{town.slug}/pay/{wrong}"

        said = self.refusal(drawn(link, tmp_path), town, screens, browser_type)

        assert "우리 주소가 맞지만 결제 코드가 잘못됐거나 일부가 빠졌어요" in said
        assert "다른 곳으로 이어져요" not in said
        assert_unpaid(counter)

    def test_code_of_a_foreign_link_shows_its_host_and_is_not_opened(
        self, counter, town, screens, browser_type, tmp_path
    ):
        evil = drawn("https://evil.example/gimpo/pay/7K2M9-Q4TXC", tmp_path)

        said = self.refusal(evil, town, screens, browser_type)

        assert "가맹점 코드가 아니에요" in said
        assert "evil.example" in said
        assert_unpaid(counter)

    def refusal(self, picture, town, screens, browser_type) -> str:
        """What the page says of the picture; it stays where it is and asks nobody but us."""
        asked_for: list[str] = []
        with browser_that_sees(browser_type, picture) as camera:
            phone = screens.of(town.citizen().person, browser=camera)
            phone.on("request", lambda request: asked_for.append(request.url))
            acts.scan(phone, town.slug)
            problem = phone.get_by_role("alert").filter(has_text="돈은 움직이지 않았어요")
            expect(problem).to_be_visible()
            expect(phone).to_have_url(re.compile("/scan$"))
            said = problem.inner_text()
        ours = (town.system.web_url, town.system.live_url, "blob:", "data:")
        assert [url for url in asked_for if not url.startswith(ours)] == []
        return said


def assert_unpaid(counter) -> None:
    """The shop that was meant has got nothing for its request, and says nothing else."""
    expect(counter.get_by_role("dialog")).to_be_hidden()
    assert payment_of_request(counter.asked) is None
