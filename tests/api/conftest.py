"""One world for each system, and what is true after every test of the API: equal books, no accident in the log.

pytest loads this before tests/conftest.py has started the system, so whatever needs the settings is imported later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.outside import eventually
from tests.running import RunningSystem

if TYPE_CHECKING:
    from tests.api.world import World


@pytest.fixture(scope="session")
def world(system: RunningSystem) -> Iterator[World]:
    """People in two cities; at the end `reconcile` finds nothing."""
    from tests.api.world import settled_world  # noqa: PLC0415 - needs the settings

    made = settled_world(system)
    yield made
    made.close()
    system.manage("reconcile", check=True)


@pytest.fixture(autouse=True)
def _equal_books(world: World) -> Iterator[None]:
    """Every test ends with books that equal the chain, by the same comparison as `reconcile`."""
    log = world.system.var / "logs" / "web.log"
    before = log.stat().st_size
    yield
    # After a chain fell behind, blocks copied anew are posted a moment later.
    eventually(lambda: not world.differences(), what="equal books")
    assert b"Traceback" not in log.read_bytes()[before:], "the web process had an accident"
