"""Each component as `/design` draws it, light and dark, beside the picture that somebody last looked at.

The pictures are those of one Chromium and one font, which `pictures/components/drawn_by.json` names; elsewhere letters stand a
little differently, and nothing is compared. Whoever changes a component looks at its new picture and keeps it:
`KEEP_PICTURES=1 ./city test browser -- tests/browser/test_components.py`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Locator, Page

from citycoin.runtime.domain.addresses import ROOT
from tests.browser.screens import DESK_PX

KEPT: Final = Path(__file__).parent / "pictures" / "components"
DRAWN_BY: Final = KEPT / "drawn_by.json"
# What differs is put here, as it is drawn now.
DIFFERING: Final = ROOT / "var" / "shots" / "components"
KEEP: Final = "KEEP_PICTURES" in os.environ
# A pixel that is this much brighter or darker is another one; of so many in a thousand nobody sees it.
ANOTHER: Final = 24
MOST_PER_MILLE: Final = 2
CITY: Final = "gimpo"


def drawn_by(browser: Browser) -> dict[str, str]:
    """What letters and edges depend on."""
    said = subprocess.run(
        ["/usr/bin/env", "fc-match", "--format", "%{family} %{fontversion}", "sans-serif:lang=ko"],
        check=True,
        capture_output=True,
        text=True,
    )
    return {"chromium": browser.version, "font": said.stdout}


@pytest.fixture(scope="module", autouse=True)
def _same_drawer(browser: Browser) -> None:
    """Skips where the pictures were drawn by another browser or font, and says by which."""
    now = drawn_by(browser)
    if KEEP:
        shutil.rmtree(KEPT, ignore_errors=True)
        KEPT.mkdir(parents=True)
        DRAWN_BY.write_text(json.dumps(now, indent=4) + "\n")
    elif now != (then := json.loads(DRAWN_BY.read_text())):
        pytest.skip(f"the pictures are of {then}, and this is {now}")


def components(page: Page) -> Iterator[tuple[str, Locator]]:
    """Each with a name that it keeps: of a part that of its heading, of a chart its place."""
    for part in page.locator("section.part").all():
        yield str(part.get_attribute("aria-labelledby")), part
    for place, chart in enumerate(page.locator("figure").all(), 1):
        yield f"chart-{place}", chart


def difference(kept: Image.Image | None, drawn: Image.Image) -> float:
    """How many in a thousand pixels are others; all where there was none, or of another size."""
    if kept is None or kept.size != drawn.size:
        return 1_000
    bands = ImageChops.difference(kept, drawn).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    others = sum(most.histogram()[ANOTHER:])
    return others * 1_000 / (drawn.width * drawn.height)


def kept_or_none(file: Path) -> Image.Image | None:
    """The picture of before; None of a component that is new."""
    return Image.open(file) if file.exists() else None


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_component_is_drawn_as_it_was_looked_at(screens, theme):
    page = screens.of(px=DESK_PX, reduced_motion="reduce")
    page.goto(f"/design?city={CITY}&theme={theme}")
    page.evaluate("document.fonts.ready")
    drawn = {
        f"{theme}-{name}.png": Image.open(BytesIO(component.screenshot(animations="disabled"))).convert("RGB")
        for name, component in components(page)
    }
    if KEEP:
        for file, picture in drawn.items():
            picture.save(KEPT / file, optimize=True)

    others = {
        file for file, picture in drawn.items() if difference(kept_or_none(KEPT / file), picture) > MOST_PER_MILLE
    }
    for file in others:
        DIFFERING.mkdir(parents=True, exist_ok=True)
        drawn[file].save(DIFFERING / file)

    assert others == set(), f"look at them in {DIFFERING}, and keep them if they are right"
    assert {each.name for each in KEPT.glob(f"{theme}-*.png")} == drawn.keys(), "a component is gone"
