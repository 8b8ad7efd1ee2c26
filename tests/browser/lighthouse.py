"""What Lighthouse says of the pages that people open most, on a phone's profile: slow line, slow processor, both simulated.

`./city prove lighthouse` runs it; its name begins with no test_, so that no lane does. A figure is the median of five runs,
since one run depends on what else the machine does. Lighthouse opens a browser of its own for each, as the person whose page
it is, and nobody was there before. It presses nothing: how soon a press is answered is asked of the browser itself, with the
processor slowed down as much as Lighthouse slows it.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Playwright

from citycoin.development.queries import browser_parts
from citycoin.platform.accounts.models import Person
from citycoin.runtime.domain.addresses import LOOPBACK, ROOT
from citycoin.runtime.operations import node_parts
from tests.browser import acts
from tests.browser.pages import PAGES, Shown
from tests.browser.screens import LOCALES, session_of

FOLDER = ROOT / "tests" / "lighthouse"
REPORTS = ROOT / "var" / "lighthouse"
MEASURED = ("wallet", "pay", "counter", "console-home", "city")
CATEGORIES = ("performance", "accessibility", "best-practices")
RUNS = 5
LEAST = 95
# At most: milliseconds to the largest thing seen, and what moves without a press (web.dev/articles/vitals, "good").
MOST = {"largest-contentful-paint": 2_500, "cumulative-layout-shift": 0.1}
MOST_MS_TO_A_PRESS = 200  # the same source's INP
SLOWED = 4  # Lighthouse's own for a phone
SECONDS_A_RUN = 240


@pytest.mark.parametrize("shown", [each for each in PAGES if each.name in MEASURED], ids=lambda shown: shown.name)
def test_page_has_its_least_score_in_each_category(shown: Shown, town, system, playwright, tmp_path, record_property):
    person = town.person(shown.who)

    reports = []
    for run in range(RUNS):
        with signed_in(playwright, person, system.web_url, tmp_path / str(run)) as port:
            reports.append(measured(system.web_url + shown.path(town), port, f"{shown.name}-{run}"))

    found = medians(reports)
    took = {
        name: round(statistics.median(each["audits"][name]["numericValue"] for each in reports), 3) for name in MOST
    }
    record_property("scores", {shown.name: found | took})
    assert min(found.values()) >= LEAST, (found, lacking(reports))
    assert all(took[name] <= most for name, most in MOST.items()), took


def hides_and_shows(page: Page) -> None:
    """Home: the balance."""
    for name in ("숨기기", "보기", "숨기기", "보기"):
        page.get_by_role("button", name=name, exact=True).click()


def types_the_pin(page: Page) -> None:
    """Payment: the button that says the amount, then all digits but the last; what would pay is not pressed."""
    acts.pay_button(page).click()
    for digit in "84073":
        page.get_by_role("dialog").get_by_role("button", name=digit, exact=True).click()


def asks_for_money(page: Page) -> None:
    """Counter: keys, then the button that draws the code."""
    for digit in "5200":
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="QR 보이기").click()
    page.get_by_role("img", name="결제 QR 코드").locator("svg").wait_for()


PRESSES: dict[str, Callable[[Page], None]] = {
    "wallet": hides_and_shows,
    "pay": types_the_pin,
    "counter": asks_for_money,
}
# Keeps the longest event of each interaction; one below 16 ms isn't told at all.
OBSERVE = """
    globalThis.answered = {};
    new PerformanceObserver(list => list.getEntries().filter(each => each.interactionId).forEach(each => {
        answered[each.interactionId] = Math.max(answered[each.interactionId] ?? 0, each.duration);
    })).observe({ type: "event", durationThreshold: 16, buffered: true });
"""
# The browser tells of an event once the frame that shows its effect has been drawn.
ANSWERED = (
    "() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(Object.values(answered)), 500)))"
)


@pytest.mark.parametrize("shown", [each for each in PAGES if each.name in PRESSES], ids=lambda shown: shown.name)
def test_press_is_answered_soon_on_a_slow_processor(shown: Shown, town, screens, record_property):
    slowest = []
    for _ in range(RUNS):
        page = screens.of(town.person(shown.who))
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        page.add_init_script(OBSERVE)
        page.goto(shown.path(town))
        shown.wait(page)
        PRESSES[shown.name](page)
        answered = page.evaluate(ANSWERED)
        assert answered, "no press took 16 ms: nothing was observed"
        slowest.append(max(answered))

    found = statistics.median(slowest)
    record_property("scores", {f"{shown.name}-presses": {"slowest_ms": found}})
    assert found <= MOST_MS_TO_A_PRESS, slowest


@contextmanager
def signed_in(playwright: Playwright, person: Person | None, web_url: str, profile: Path) -> Iterator[int]:
    """The port by which a browser is steered that was never here before, but in which ``person`` has signed in."""
    port = free_port()
    browser = playwright.chromium.launch_persistent_context(
        profile,
        executable_path=browser_parts.chromium(),
        args=["--headless=new", "--no-sandbox", f"--remote-debugging-port={port}"],
        locale=LOCALES["ko"],
    )
    with closing(browser):
        if person is not None:
            browser.add_cookies([{"name": n, "value": v, "url": web_url} for n, v in session_of(person).items()])  # type: ignore[typeddict-item]
        yield port


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def measured(url: str, port: int, name: str) -> dict[str, Any]:
    """One run's report, which stays in var/lighthouse for whoever looks for the reason."""
    node = node_parts.node_folder()
    assert node, "npm has just been run by it"
    REPORTS.mkdir(parents=True, exist_ok=True)
    report = REPORTS / f"{name}.json"
    report.unlink(missing_ok=True)
    command = (
        *(str(node / "node"), str(FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"), url),
        *("--quiet", "--output=json", f"--output-path={report}", f"--only-categories={','.join(CATEGORIES)}"),
        *(f"--port={port}", "--no-enable-error-reporting"),
    )
    done = subprocess.run(command, timeout=SECONDS_A_RUN, capture_output=True, text=True, check=False)  # noqa: S603 - our own lock
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(report.read_text())
    assert "runtimeError" not in said, said["runtimeError"]
    assert urlsplit(said["finalDisplayedUrl"]).path == urlsplit(url).path, said["finalDisplayedUrl"]
    return said


def medians(reports: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """{category: the median of its scores, of 100}. A category without a score counts as 0."""
    return {
        name: round(100 * statistics.median(each["categories"][name]["score"] or 0 for each in reports))
        for name in CATEGORIES
    }


def lacking(reports: Sequence[Mapping[str, Any]]) -> list[str]:
    """The audits of the first run that took something away, with what Lighthouse shows of them."""
    first = reports[0]
    weighed = {each["id"] for name in CATEGORIES for each in first["categories"][name]["auditRefs"] if each["weight"]}
    return [
        f"{name}: {audit['title']} {audit.get('displayValue', '')}".strip()
        for name, audit in first["audits"].items()
        if name in weighed and audit["score"] is not None and audit["score"] < 1
    ]
