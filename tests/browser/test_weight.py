"""What a page costs a phone that was never here before: bytes as they came over the line, requests, and what moves.

The bars are for a mid-range phone on a slow line. A kilobyte is 1,000 bytes, headers are counted in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page

from citycoin.foundation.waiting import wait_until
from tests.browser.pages import PAGES
from tests.browser.screens import PATIENCE_MS

KILOBYTE = 1_000
# Kilobytes of scripts by page; what holds for each of them is below.
SCRIPTS = {"wallet": 45, "pay": 45, "counter": 45, "console-home": 120, "city": 25}
STYLES, HTML = 20, 30
REQUESTS = 12
LAYOUT_SHIFT = 0.1
# Sums what moves without a press, from the first paint on; what holds the first paint up is asked for afterwards.
OBSERVE = """
    globalThis.moved = 0;
    new PerformanceObserver(list => list.getEntries().forEach(each => moved += each.hadRecentInput ? 0 : each.value))
        .observe({ type: "layout-shift", buffered: true });
"""
MOVED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(moved))))"
BLOCKING = """() => performance.getEntriesByType("resource")
    .filter(each => each.initiatorType === "script" && each.renderBlockingStatus === "blocking").map(each => each.name)"""


@dataclass(repr=False)
class Line:
    """What went over a page's line, by the browser's own count: {request: kind}, {request: bytes}.

    ``asked``: each address once, since a page that watches looks again and again.
    """

    cdp: CDPSession
    asked: set[str] = field(default_factory=set)
    kinds: dict[str, str] = field(default_factory=dict)
    _codings: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cdp.on("Network.requestWillBeSent", self._asked)
        self.cdp.on("Network.responseReceived", self._answered)
        self.cdp.on(
            "Network.loadingFinished", lambda end: self.sizes.update({end["requestId"]: end["encodedDataLength"]})
        )
        self.cdp.on("Network.loadingFailed", lambda end: self.sizes.update({end["requestId"]: 0}))
        self.cdp.send("Network.enable")

    def _asked(self, said: dict[str, Any]) -> None:
        if said["request"]["url"].startswith("http"):
            self.asked.add(said["request"]["url"])
            self.kinds[said["requestId"]] = said["type"]

    def _answered(self, said: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in said["response"]["headers"].items()}
        self._codings[said["requestId"]] = headers.get("content-encoding", "none")

    @property
    def is_quiet(self) -> bool:
        """Whether all has come; the live stream never ends."""
        return all(each in self.sizes for each, kind in self.kinds.items() if kind != "EventSource")

    def kilobytes(self, kind: str) -> float:
        return sum(size for each, size in self.sizes.items() if self.kinds.get(each) == kind) / KILOBYTE

    def codings(self, kind: str) -> set[str]:
        """How what is larger than a kilobyte came."""
        large = (each for each, size in self.sizes.items() if self.kinds.get(each) == kind and size > KILOBYTE)
        return {self._codings[each] for each in large}

    def __repr__(self) -> str:
        parts = {kind: round(self.kilobytes(kind), 1) for kind in sorted(set(self.kinds.values()))}
        return f"{len(self.asked)} requests, kilobytes: {parts}"


def loaded(page: Page, path: str, ready: Callable[[Page], None]) -> Line:
    """The line of a page that was never loaded before, once it shows what it is about and is quiet."""
    line = Line(page.context.new_cdp_session(page))
    page.add_init_script(OBSERVE)
    page.goto(path)
    ready(page)
    wait_until(lambda: page.evaluate("true") and line.is_quiet, timeout_seconds=PATIENCE_MS / 1000, what=path)
    return line


@pytest.mark.parametrize("shown", [each for each in PAGES if each.name in SCRIPTS], ids=lambda each: each.name)
class TestFirstLoad:
    def test_first_load_keeps_its_bars_of_bytes_requests_and_movement(self, shown, screens, town):
        page = screens.of(town.person(shown.who))

        line = loaded(page, shown.path(town), shown.wait)

        assert line.kilobytes("Script") <= SCRIPTS[shown.name], line
        assert 0 < line.kilobytes("Stylesheet") <= STYLES, line
        assert 0 < line.kilobytes("Document") <= HTML, line
        assert "Font" not in line.kinds.values(), line
        assert len(line.asked) <= REQUESTS, line
        assert line.codings("Document") == {"gzip"}
        assert line.codings("Script") | line.codings("Stylesheet") == {"br"}
        assert page.evaluate(BLOCKING) == []
        assert page.evaluate(MOVED) <= LAYOUT_SHIFT
