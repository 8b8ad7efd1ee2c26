"""The wallet without a connection: the last copy of home and history with its time, nothing that moves money, nothing
left for whoever comes next; and how the wallet is put on the home screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from citycoin.foundation.kernel import clock
from citycoin.foundation.waiting import wait_until
from citycoin.web.resident.contexts.wallet import RECENT
from tests.api.world import entries_of
from tests.browser.screens import PATIENCE_MS, session_of

KEPT = """async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("copies "));
    const copies = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map((each) => each.url)));
    return copies.flat().map((each) => new URL(each).pathname).sort();
}"""
ENTRIES_KEPT = """async () => {
    const recent = await caches.match(new URL("history/recent", location.href));
    return (await recent.text()).split('class="entry"').length - 1;
}"""
REACHES = "(address) => fetch(address).then(() => true, () => false)"
NO_MONEY_MOVES = ".acts a, .tabbar .scan"


@pytest.fixture
def kept(screens, town) -> Iterator[Page]:
    """The wallet's home of somebody with won, once its copy and history's are in the browser."""
    page = screens.of(town.rich[0].person)
    page.goto(town.url("wallet/"))
    wait_for_copies(page, town.url("wallet/"), town.url("wallet/history/recent"))
    yield page
    page.context.set_offline(False)


def wait_for_copies(page: Page, *paths: str) -> None:
    """Until just these are kept in the browser."""
    wait_until(lambda: page.evaluate(KEPT) == list(paths), timeout_seconds=PATIENCE_MS / 1000, what="the copies")


class TestWithoutAConnection:
    def test_home_reloaded_offline_shows_its_copy_with_the_time_and_no_way_to_pay(self, kept):
        expect(kept.locator(".offline-note")).to_be_hidden()
        balance = kept.locator("[data-balance] [data-shown]").first.inner_text()
        kept.context.set_offline(True)

        kept.reload()

        expect(kept.locator(".offline-note [data-of-copy]")).to_contain_text("마지막 확인")
        expect(kept.locator(".offline-note [data-of-copy]")).to_contain_text(":")
        expect(kept.locator(".offline-note")).to_contain_text("인터넷에 연결되면 결제할 수 있어요")
        expect(kept.locator("[data-balance] [data-shown]").first).to_have_text(balance)
        expect(kept.locator(".citycard")).to_have_css("filter", "grayscale(1)")
        assert not [each for each in kept.locator(NO_MONEY_MOVES).all() if each.is_visible()]

    @pytest.mark.parametrize("address", ["wallet/history", "wallet/history?month=2025-01"])
    def test_history_offline_is_its_last_entries_of_whatever_month_though_it_was_never_opened(
        self, kept, town, address
    ):
        kept.goto(town.url("wallet/history"))
        expect(kept.locator(".entry").first).to_be_visible()
        entries_of(town.wallet(), 60, at=clock.now() - timedelta(days=90))
        kept.goto(town.url("wallet/"))
        wait_until(lambda: kept.evaluate(ENTRIES_KEPT) == RECENT, timeout_seconds=PATIENCE_MS / 1000, what="the copy")
        kept.context.set_offline(True)

        kept.goto(town.url(address))

        expect(kept.locator(".entry")).to_have_count(RECENT)
        expect(kept.locator(".offline-note [data-of-copy]")).to_be_visible()
        assert not [each for each in kept.locator(NO_MONEY_MOVES).all() if each.is_visible()]

    def test_payments_page_offline_refuses_and_shows_no_balance(self, kept, town):
        kept.context.set_offline(True)

        kept.goto(town.url(f"pay/{town.code_of_shop()}"))

        expect(kept.locator(".offline-note [data-of-refusal]")).to_be_visible()
        expect(kept.locator(".offline-note")).to_contain_text("인터넷에 연결되면 결제할 수 있어요")
        expect(kept.locator("[data-balance]").first).to_be_hidden()
        expect(kept.locator("pay-screen")).to_have_count(0)

    def test_api_offline_is_answered_by_nothing(self, kept, town):
        kept.reload()
        address = f"/api/v1/{town.slug}/shops"
        assert kept.evaluate(REACHES, address)
        kept.context.set_offline(True)

        assert not kept.evaluate(REACHES, address)
        assert not kept.evaluate(REACHES, town.url("wallet/"))

    def test_page_comes_back_by_itself_once_there_is_a_connection(self, kept):
        kept.context.set_offline(True)
        kept.reload()
        expect(kept.locator(".offline-note")).to_be_visible()

        kept.context.set_offline(False)

        expect(kept.locator(".offline-note")).to_be_hidden()
        expect(kept.locator("html[data-offline]")).to_have_count(0)


class TestWhatIsKept:
    def test_signing_out_leaves_no_copy(self, kept, town):
        kept.goto(town.url("wallet/me"))
        kept.locator("main form[action='/sign-out'] button").click()
        kept.wait_for_url("**/")

        wait_for_copies(kept)

    def test_another_person_finds_only_their_own_copies(self, kept, town):
        site = kept.evaluate("location.origin")
        kept.context.add_cookies(
            [{"name": n, "value": v, "url": site} for n, v in session_of(town.rich[1].person).items()]
        )

        kept.goto(town.url("wallet/"))
        wait_for_copies(kept, town.url("wallet/"), town.url("wallet/history/recent"))
        kept.context.set_offline(True)
        kept.reload()

        expect(kept.locator(".citycard")).to_contain_text("김시민1")

    def test_page_of_signing_in_empties_what_somebody_left(self, kept):
        kept.goto("/sign-in")

        wait_for_copies(kept)

    def test_other_pages_leave_no_copy(self, kept, town):
        for path in (f"shops/{town.shops[0].pk}/about", "console/", ""):  # the console leads to a page of signing in
            kept.goto(town.url(path))

        assert set(kept.evaluate(KEPT)) <= {town.url("wallet/"), town.url("wallet/history/recent")}


class TestHomeScreen:
    def test_manifest_of_a_city_makes_its_wallet_an_app(self, screens, town):
        page = screens.of(None)
        page.goto(town.url())

        said = page.request.get(page.locator("link[rel=manifest]").get_attribute("href") or "").json()

        assert said["start_url"] == town.url("wallet/")
        assert said["display"] == "standalone"
        assert page.request.get(said["icons"][0]["src"]).headers["content-type"].startswith("image/svg+xml")
        # Chromium itself finds nothing wrong in it but what its headless shell can't do.
        errors = page.context.new_cdp_session(page).send("Page.getAppManifest")["errors"]
        assert errors == []

    def test_hint_comes_after_the_second_payment_and_stays_away_once_dismissed(self, screens, town):
        payer = town.citizen()
        page = screens.of(payer.person)
        page.goto(town.url("wallet/"))
        while page.locator("[data-install]").count() == 0:
            assert page.locator(".entry").count() < 2, "two payments and no hint"
            payer.api.pay(town.address(), 1_000)
            page.reload()
        expect(page.locator("[data-install]")).to_contain_text("브라우저 메뉴")
        assert page.locator(".entry").count() >= 2

        page.locator("[data-install-no]").click()
        page.reload()

        expect(page.locator("[data-balance]").first).to_be_visible()
        expect(page.locator("[data-install]")).to_be_hidden()

    def test_hint_on_ios_shows_the_steps_as_pictures(self, screens, town):
        payer = town.rich[1]
        for _ in range(2):
            payer.api.pay(town.address(), 1_000)
        page = screens.of(payer.person)
        page.add_init_script("Object.defineProperty(navigator, 'standalone', { value: false })")

        page.goto(town.url("wallet/"))

        expect(page.locator("[data-install-ios] svg:visible")).to_have_count(3)
        expect(page.locator("[data-install-menu]")).to_be_hidden()
