"""Every page in both languages, loaded once: a picture on a phone and on a desk, and what axe says of the whole of it.

On the same page follow the other themes (contrast), the other widths (what a thumb presses, nothing beyond the edge), letters
of twice the size, less motion, and the reader's own colours. The pictures are for people to look at:
var/shots/<language>-<width>-<name>.png.
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
# The narrowest phone, a tablet, a desk.
WIDTHS_PX = (320, 768, DESK_PX[0])
OTHER_THEMES = ("dark", "contrast")
# What is pressed with a thumb. A box to tick counts with its label; what is unseen is pressed by its label alone.
TOO_SMALL = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter(each => each.checkVisibility() && each.type !== 'hidden' && !each.matches('.unseen, .skip'))
    .map(each => [each, (each.closest('.choice') ?? each).getBoundingClientRect()])
    .filter(([, box]) => box.width < 43.5 || box.height < 43.5)
    .map(([each, box]) => `${each.tagName} ${each.textContent.trim().slice(0, 30)}: ${box.width} × ${box.height}`)"""
MOVES = """() => document.getAnimations().filter(each => each.playState === 'running')
    .map(each => each.effect.target.outerHTML.slice(0, 80))"""
# In the reader's own colours no ground of ours says what is a button: its edge does.
NO_EDGE = """() => [...document.querySelectorAll('button, .button')]
    .filter(each => each.checkVisibility() && !each.closest('.unseen') && getComputedStyle(each).borderStyle === 'none')
    .map(each => each.outerHTML.slice(0, 80))"""
GRAVE = {"serious", "critical"}
ERRORS = {"not-found", "not-yours", "wrong-code"}
# What a page's forms and scripts ask; and what is no HTML.
NO_PAGES = {
    "set_language",
    "display",
    "sign-out",
    "passkey-sign-in",
    "passkey-sign-in-challenge",
    "passkeys",
    "passkey-challenge",
    "passkey-decline",
    "passkey-remove",
    "passkey-pays",
    "own-name",
    "small-payments",
    "passkey-offer",  # only where a browser makes passkeys: test_passkeys.py draws it
    "wallet-start-code",
    "wallet-news",
    "wallet-manifest",
    "wallet-worker",
    "claim-withdraw",
    "shop-claim-decline",
    "pay-next",
    "payment-awaited",
    "payment-heard",
    "notices-read",
    "top-up-wanted",
    "pay-anew",
    "top-up-extend",
    "demo-practice",
    "demo-bank-switch",
    "console-deposit-back",
    "console-deposit-take",
    "shop-board",
    "shop-requests",
    "shop-request",
    "shop-poster-pdf",
    "history-file",
    "history-days-file",
    "console-file-cancel",
    "console-file-content",
    "file-cancel",
    "file-content",
    "shop-hours-file",
    "shop-vat-file",
    "shop-payouts-automatic",
    "shop-payout-account",
    "shop-payout-code",
    "console-picture-file",
    "console-shop-months-file",
    "console-shops-view",
    "console-shops-view-remove",
    "city-supply",
    "shop-payments-file",
    "shop-days-file",
    "face-colours",
    "face-emblem",
    "face-picture",
    "face-picture_ink",
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
    "console-shops-file",
    "console-wallet-state",
    "console-freeze",
    "console-unfreeze",
    "health-parts",
    "city-figures",
    "city-flow",
    "register-file",
    "register-json",
    "console-report-take",
    "console-report-answer",
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

    page.screenshot(path=SHOTS / f"{language}-{PHONE_PX[0]}-{shown.name}.png", full_page=True)
    assert grave_violations(page) == []
    assert too_small(page) == []
    assert page.locator("html").get_attribute("lang") == language
    assert page.title().strip()
    expect(page.locator("h1:visible")).to_have_count(1)
    for theme in OTHER_THEMES:
        assert unreadable(page, theme) == [], theme
    for width in WIDTHS_PX:
        page.set_viewport_size({"width": width, "height": DESK_PX[1]})
        assert too_small(page) == [], width
        assert beyond_the_edge(page) == [], width
    page.screenshot(path=SHOTS / f"{language}-{DESK_PX[0]}-{shown.name}.png", full_page=True)
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert beyond_the_edge(page) == [], "letters of twice the size"
    page.emulate_media(reduced_motion="reduce", forced_colors="active")
    assert page.evaluate(MOVES) == []
    assert page.evaluate(NO_EDGE) == []


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
    return grave(Axe().run(page).response)


def unreadable(page: Page, theme: str) -> list[str]:
    """What axe, which is on the page already, finds too faint in a theme; the page then looks as before."""
    said: dict[str, Any] = page.evaluate(
        """async (theme) => {
            const { dataset } = document.documentElement;
            const before = dataset.theme;
            dataset.theme = theme;
            const said = await axe.run(document, { runOnly: ["color-contrast"] });
            if (before === undefined) delete dataset.theme;
            else dataset.theme = before;
            return said;
        }""",
        theme,
    )
    return grave(said)


def grave(said: dict[str, Any]) -> list[str]:
    """The grave ones of what axe said."""
    return [
        f"{each['impact']} {each['id']}: {each['help']} {[node['target'] for node in each['nodes']]}"
        for each in said["violations"]
        if each["impact"] in GRAVE
    ]


def too_small(page: Page) -> list[str]:
    """What a thumb may miss."""
    found: list[str] = page.evaluate(TOO_SMALL)
    return found


def beyond_the_edge(page: Page) -> list[str]:
    """What stands out on the right of the screen."""
    fits = "() => document.scrollingElement.scrollWidth <= window.innerWidth"
    if page.evaluate(fits):
        return []
    wide = """() => [...document.body.querySelectorAll('*')]
        .filter(each => each.getBoundingClientRect().right > window.innerWidth + 1)
        .filter(each => {
            for (let above = each; above !== document.body; above = above.parentElement)
                if (above !== each && getComputedStyle(above).overflowX !== "visible") return false;  // it can be scrolled there
            return true;
        })
        .map(each => `${each.tagName}.${each.className} ${each.textContent.trim().slice(0, 30)}`)"""
    found: list[str] = page.evaluate(wide)
    return found or ["the page is wider than its screen"]
