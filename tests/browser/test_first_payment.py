"""A new person's way from a shop's link to their first payment: which screens they see, and which fields they type into."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from merchants.domain.codes import PaymentCode
from tests.browser import acts
from tests.browser.people import new_phone

MOST_SCREENS = 7
MOST_FIELDS = 5
AMOUNT = 4_500
TYPED = """() => addEventListener("input", (event) => {
    if (event.target.matches("input:not([type=hidden], [type=radio], [type=checkbox])")) window.typedInto(event.target.id);
}, { capture: true })"""


class Way:
    """Screens by the path that they have, each counted once in a row, and fields by their page and name."""

    def __init__(self, page: Page) -> None:
        self.screens: list[str] = []
        self.fields: list[str] = []
        page.on("framenavigated", lambda frame: self._seen(frame.url))
        page.expose_function("typedInto", lambda name: self._typed(urlsplit(page.url).path, name))
        page.add_init_script(f"({TYPED})()")

    def _seen(self, url: str) -> None:
        path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9A-Z]{5}-[0-9A-Z]{5}", "…", urlsplit(url).path)
        if path != "blank" and path not in self.screens:
            self.screens.append(path)

    def _typed(self, path: str, name: str) -> None:
        field = f"{path}#{name}"
        if field not in self.fields:
            self.fields.append(field)


def test_new_person_pays_a_shop_within_seven_screens_and_five_fields(screens, town, capsys):
    code = PaymentCode(town.request(AMOUNT).code)
    page = screens.of()
    way = Way(page)

    page.goto(town.url(f"pay/{code}"))
    expect(page.get_by_label("결제할 가게")).to_contain_text(town.shops[0].name_ko)
    expect(page.get_by_label("결제할 가게")).to_contain_text(acts.won(AMOUNT))
    acts.sign_in_by_phone(page, new_phone())
    acts.open_wallet_to_pay(page)
    page.get_by_role("button", name=re.compile("충전하고 결제하기")).click()
    page.get_by_role("link", name="연습용 은행으로 가기").click()
    page.get_by_role("button", name=re.compile("보내기")).first.click()
    page.get_by_role("link", name="이어서 결제하기").click(timeout=acts.BLOCKS_MS)
    acts.confirm(page)
    acts.is_paid(page, AMOUNT)

    with capsys.disabled():
        print(f"\nscreens {len(way.screens)}: {way.screens}")  # noqa: T201 - people read how long the way is
        print(f"fields {len(way.fields)}: {way.fields}")  # noqa: T201 - as above
    assert len(way.screens) <= MOST_SCREENS
    assert len(way.fields) <= MOST_FIELDS


def test_wait_for_the_chain_is_told_in_seconds(screens, town):
    page = screens.of(town.citizen().person)
    page.goto(town.url("top-up"))
    page.get_by_role("button", name="충전하기").click()
    page.get_by_role("link", name="연습용 은행으로 가기").click()

    page.get_by_role("button", name=re.compile("보내기")).first.click()

    expect(page.get_by_text(re.compile(r"보통 \d+초쯤 걸려요"))).to_be_visible()
    expect(page.get_by_text(re.compile("을 쓸 수 있어요")).first).to_be_visible(timeout=acts.BLOCKS_MS)
