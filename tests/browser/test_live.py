"""A shop's screen is told, how soon says `bench pages`; and where it isn't, it says so and finds out by asking."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from citycoin.foundation.broker import connection
from citycoin.foundation.kernel import clock
from citycoin.platform.events.operations import record, relay
from tests.browser import acts
from tests.browser.listeners import Listeners
from tests.browser.screens import DESK_PX, session_of
from tests.faults.healthy import heal
from tests.outside import eventually

PAYMENTS = 5
SCREENS = 50
POLLING = re.compile(r"[?&]why=poll")
LOOKING = re.compile(r"/board\?.*why=look")
# Three parts of a day: 288 events and 36 payments, two thirds of them between the two measurements.
BURSTS, EVENTS_A_BURST = 12, 8
ROWS = 20
SMALL = itertools.count(101)  # no amount twice: whether that was meant would be asked at every later counter
# A board drawn anew has some 30 kB and 600 nodes: of the 24 between, few may stay.
MOST_MORE_BYTES, MOST_MORE_NODES, MOST_MORE_LISTENERS = 300_000, 600, 20


@pytest.fixture
def board(screens, town) -> Page:
    """The counter of the first shop, connected."""
    page = screens.of(town.owners[0], px=DESK_PX)
    page.goto(town.counter())
    expect(page.get_by_text("실시간")).to_be_visible()
    return page


class TestTheBoard:
    def test_board_shows_payments_without_polling(self, board, town):
        board.route(POLLING, lambda route: route.abort())

        for amount in range(1_001, 1_001 + PAYMENTS):
            town.citizen().api.pay(town.address(), amount)
            expect(acts.row_of(board, amount)).to_be_visible()

    def test_board_that_is_cut_off_says_so_and_polls_until_it_is_not(self, board, town):
        system = town.system
        expect(board.get_by_text("연결이 끊겼어요")).to_be_hidden()
        loaded = board.evaluate("performance.timeOrigin")

        try:
            system.stop("live")
            expect(board.get_by_role("alert").filter(has_text="연결이 끊겼어요")).to_be_visible()
            town.citizen().api.pay(town.address(), 2_001)
            expect(acts.row_of(board, 2_001)).to_be_visible()
        finally:
            system.start("live")

        expect(board.get_by_text("실시간")).to_be_visible()
        expect(board.get_by_text("연결이 끊겼어요")).to_be_hidden()
        assert board.evaluate("performance.timeOrigin") == loaded, "without a reload"

    def test_board_without_the_worker_says_that_it_is_cut_off_and_polls(self, board, town):
        system = town.system

        try:
            system.stop("worker")
            expect(board.get_by_role("alert").filter(has_text="연결이 끊겼어요")).to_be_visible()
            town.citizen().api.pay(town.address(), 2_002)
            expect(acts.row_of(board, 2_002)).to_be_visible()
        finally:
            heal(system)

        expect(board.get_by_text("실시간")).to_be_visible()


@dataclass
class Memory:
    """What a page holds once everything that can go has gone."""

    page: Page

    def __post_init__(self) -> None:
        self._cdp = self.page.context.new_cdp_session(self.page)

    def measured(self) -> tuple[int, int, int]:
        """Bytes of the heap, nodes of the document and listeners, after two collections: the first frees what the second finds."""
        for _ in range(2):
            self._cdp.send("HeapProfiler.collectGarbage")
        counted = self._cdp.send("Memory.getDOMCounters")
        used: int = self._cdp.send("Runtime.getHeapUsage")["usedSize"]
        return used, counted["nodes"], counted["jsEventListeners"]

    def is_no_more_than(self, before: tuple[int, int, int]) -> bool:
        """Whether the page holds as much as then, and what a row more or less may be."""
        mores = (MOST_MORE_BYTES, MOST_MORE_NODES, MOST_MORE_LISTENERS)
        return all(now - then < more for now, then, more in zip(self.measured(), before, mores, strict=True))


class TestALongDay:
    """Hundreds of events, as a counter hears them in hours: what it holds is its last rows and nothing of those before."""

    def events(self, board: Page, town) -> None:
        """A part of a day: rows that change, and each burst of events heard by a look after it."""
        wallet = town.shops[0].wallet
        for _burst in range(BURSTS):
            town.citizen().api.pay(town.address(), next(SMALL))
            with board.expect_response(LOOKING):
                for _event in range(EVENTS_A_BURST):
                    record(city_id=wallet.city_id, wallet_id=wallet.pk, name="a day", facts={}, now=clock.now())
                    relay(publisher=connection(), now=clock.now())

    def test_counter_that_hears_hundreds_of_events_holds_no_more_than_its_last_rows_and_one_stream(self, board, town):
        streams: list[str] = []
        board.on("request", lambda each: each.resource_type == "eventsource" and streams.append(each.url))
        for _row in range(ROWS):
            town.citizen().api.pay(town.address(), next(SMALL))
        board.reload()
        expect(board.get_by_text("실시간")).to_be_visible()
        memory = Memory(board)
        self.events(board, town)
        expect(board.locator("[data-part=rows] > li")).to_have_count(ROWS)
        before = memory.measured()

        for _part in range(2):
            self.events(board, town)

        # A look that is on its way holds the rows before it, too, until it has been drawn.
        eventually(lambda: memory.is_no_more_than(before), what="a page that holds no more than before")
        assert len(streams) == 1, streams


class TestFiftyScreens:
    def test_fifty_screens_of_one_shop_all_hear_of_a_payment(self, board, town):
        shop = town.shops[0]
        url = f"{town.system.live_url}/live/{town.slug}/shops/{shop.pk}"
        cookies = session_of(town.owners[0])

        with Listeners(url, count=SCREENS, cookies=cookies, origin=town.system.web_url) as listening:
            listening.all_hear(1)
            before = max(listening.heard())
            town.citizen().api.pay(town.address(), 3_001)
            listening.all_hear(before + 1)

            expect(acts.row_of(board, 3_001)).to_be_visible()
