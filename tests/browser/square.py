"""The whole square of axe: every page in both languages, each theme and easy mode, on a phone, a tablet and a desk.

`./city prove axe` runs it; its name begins with no test_, so that no lane does. A lane looks at each page once a language
(test_pictures.py), and there at other themes and widths for what is likeliest to break.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

from citycoin.platform.pages.domain.tokens import THEMES
from citycoin.platform.pages.doors.display import EASY
from tests.browser.pages import PAGES, Shown
from tests.browser.screens import DESK_PX, LOCALES, PHONE_PX
from tests.browser.test_pictures import GRAVE, beyond_the_edge, grave, too_small

LOOKS = (*THEMES, EASY)
WIDTHS_PX = (PHONE_PX[0], 768, DESK_PX[0])


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_page_is_accessible_in_each_look_and_width(shown: Shown, language, look, screens, town, record_property):
    page = screens.of(town.person(shown.who), language=language)
    kind, cookie = ("mode", settings.MODE_COOKIE_NAME) if look == EASY else ("theme", settings.THEME_COOKIE_NAME)
    shown.before(page, town)
    page.context.add_cookies([{"name": cookie, "value": look, "url": screens.web_url}])
    asked = f"&{kind}={look}" if shown.name == "design" else ""  # it shows the look that is asked for, not the reader's
    answer = page.goto(shown.path(town) + asked)
    assert answer is not None
    assert answer.status == shown.status, page.url
    shown.wait(page)

    expect(page.locator("html")).to_have_attribute(f"data-{kind}", look)
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert page.title().strip()
    for width in WIDTHS_PX:
        page.set_viewport_size({"width": width, "height": DESK_PX[1]})
        said = Axe().run(page).response
        record_property("lesser", [each["id"] for each in said["violations"] if each["impact"] not in GRAVE])
        wrong = [*grave(said), *too_small(page), *beyond_the_edge(page)]
        assert not wrong, "\n".join([f"at {width} px:", *wrong])
