"""Fixtures of the tests in a browser. After each module the books equal the chain, and no page had an accident.

pytest loads this before tests/conftest.py has started the system, so whatever needs the settings is imported later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, expect

from citycoin.development.queries import browser_parts
from citycoin.runtime.domain.addresses import ROOT
from tests import patient
from tests.browser.camera import ARGUMENTS
from tests.faults.healthy import heal
from tests.outside import CityApi
from tests.running import RunningSystem

if TYPE_CHECKING:
    from tests.browser.screens import Screens
    from tests.browser.town import Town

CITIES = sorted(file.stem for file in (ROOT / "seeds" / "cities").glob("*.toml"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, its shell where there is one; pytest-playwright would look for one that it downloaded."""
    return {"executable_path": browser_parts.shell(), "args": list(ARGUMENTS)}


@pytest.fixture(scope="session")
def base_url(system: RunningSystem) -> str:
    """Where paths begin."""
    return system.web_url


@pytest.fixture
def screens(browser: Browser, system: RunningSystem) -> Iterator[Screens]:
    """Windows for people; each page's errors and refusals of its content security policy fail the test."""
    from tests.browser.screens import PATIENCE_MS, Screens  # noqa: PLC0415 - needs the settings

    expect.set_options(timeout=PATIENCE_MS)
    opened = Screens(browser, system.web_url)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _no_accident(system: RunningSystem) -> Iterator[None]:
    """The web process writes no traceback."""
    log = system.var / "logs" / "web.log"
    before = log.stat().st_size
    yield
    assert b"Traceback" not in log.read_bytes()[before:], "the web process had an accident"


@pytest.fixture(autouse=True, scope="module")
def _books_are_equal(system: RunningSystem) -> Iterator[None]:
    """Whatever a module did, its system is well afterwards and `reconcile` finds nothing."""
    yield
    heal(system)
    system.manage("reconcile", check=True)


@pytest.fixture(scope="session")
def town(system: RunningSystem) -> Iterator[Town]:
    """People, shops and officials of one city."""
    from tests.browser.town import town_of  # noqa: PLC0415 - needs the settings

    with patient.client() as http:
        yield town_of(system, CityApi(system.web_url, CITIES[0], http))


@pytest.fixture(scope="session")
def other_city() -> str:
    """Not the town's."""
    return CITIES[1]
