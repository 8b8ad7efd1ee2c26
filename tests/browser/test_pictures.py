"""Every page in both languages on a phone and on a desk: a picture of it, and what axe and a narrow screen say.

The pictures are for people to look at: var/shots/<language>-<width>-<name>.png.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Page, expect

from citycoin.runtime.domain.addresses import ROOT
from tests.browser.pages import PAGES, Shown
from tests.browser.screens import DESK_PX, LOCALES, PHONE_PX

SHOTS = ROOT / "var" / "shots"
NARROWEST_PX = 320
# What is pressed with a thumb. A box to tick counts with its label; what is unseen is pressed by its label alone.
TOO_SMALL = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(each => each.checkVisibility() && each.type !== 'hidden' && !each.matches('.unseen, .skip'))
    .map(each => [each, (each.closest('.choice') ?? each).getBoundingClientRect()])
    .filter(([, box]) => box.width < 43.5 || box.height < 43.5)
    .map(([each, box]) => `${each.tagName} ${each.textContent.trim().slice(0, 30)}: ${box.width} × ${box.height}`)"""
GRAVE = {"serious", "critical"}
ERRORS = {"not-found", "not-yours", "wrong-code"}
# What a page's forms and scripts ask; and what is no HTML.
NO_PAGES = {
    "set_language",
    "sign-out",
    "wallet-start-code",
    "wallet-news",
    "pay-next",
    "pay-anew",
    "shop-board",
    "shop-requests",
    "shop-request",
    "shop-poster-pdf",
    "shop-new-code",
    "shop-one-of-staff",
    "shop-device-revoke",
    "console-proposal-state",
    "console-stop-review",
    "console-stop-state",
    "console-approve",
    "console-carry",
    "console-reject",
    "console-shop-decide",
    "console-wallet-state",
    "console-freeze",
    "console-unfreeze",
    "console-incident-close",
    "console-incident-requeue",
}


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_page_is_accessible_and_fits_its_screen(shown: Shown, language, screens, town):
    SHOTS.mkdir(parents=True, exist_ok=True)
    page = screens.of(town.person(shown.who), language=language)
    shown.before(page, town)
    answer = page.goto(shown.path(town))
    assert answer is not None
    assert answer.status == shown.status, page.url
    shown.wait(page)

    for width, height in (PHONE_PX, DESK_PX):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=SHOTS / f"{language}-{width}-{shown.name}.png", full_page=True)
        assert grave_violations(page) == []
        assert too_small(page) == []

    assert page.locator("html").get_attribute("lang") == language
    assert page.title().strip()
    expect(page.locator("h1:visible")).to_have_count(1)
    assert beyond_the_edge(page) == []


def test_every_route_of_a_page_is_in_the_list_of_pages(town):
    shown = {resolve(page.path(town).partition("?")[0]).url_name for page in PAGES if page.name not in ERRORS}
    there = {name for name in names(get_resolver().url_patterns) if name not in NO_PAGES}

    assert shown == there


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """The names of all routes; the API's have none."""
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from names(each.url_patterns)
        elif each.name:
            yield each.name


def grave_violations(page: Page) -> list[str]:
    """What axe finds, each with the places."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{each['impact']} {each['id']}: {each['help']} {[node['target'] for node in each['nodes']]}"
        for each in found
        if each["impact"] in GRAVE
    ]


def too_small(page: Page) -> list[str]:
    """What a thumb may miss."""
    found: list[str] = page.evaluate(TOO_SMALL)
    return found


def beyond_the_edge(page: Page) -> list[str]:
    """What stands out on the right of the narrowest screen."""
    page.set_viewport_size({"width": NARROWEST_PX, "height": 640})
    fits = "() => document.scrollingElement.scrollWidth <= window.innerWidth"
    if page.evaluate(fits):
        return []
    wide = """() => [...document.body.querySelectorAll('*')]
        .filter(each => each.getBoundingClientRect().right > window.innerWidth + 1)
        .map(each => `${each.tagName}.${each.className} ${each.textContent.trim().slice(0, 30)}`)"""
    found: list[str] = page.evaluate(wide)
    return found or ["the page is wider than its screen"]
