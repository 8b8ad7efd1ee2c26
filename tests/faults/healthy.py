"""Whether a running system is well, as `./city status` says; and the fixtures that keep it so. Knows no models, so that a
conftest may use it.
"""

from collections.abc import Iterator

import httpx
import pytest

from citycoin.runtime.operations.starting import health_of
from tests.outside import CityApi, eventually
from tests.running import RunningSystem


def bad_lines(system: RunningSystem) -> set[str]:
    """The names of the lines of health that aren't good; of `./city status`, which is slower, where no web answers."""
    said = health_of(f"{system.web_url}/health.json")
    lines = system.status_lines().values() if said is None else said
    return {str(line["name"]) for line in lines if not line["good"]}


def eventually_bad(system: RunningSystem, names: set[str], *, within_seconds: float) -> None:
    """Wait until these lines, and no others, are bad. Raises TimeoutError that tells which were bad at the end."""
    seen: list[set[str]] = []

    def only_these() -> bool:
        seen.append(bad_lines(system))
        return seen[-1] == names

    try:
        eventually(only_these, what=f"{names} red, and nothing else", within_seconds=within_seconds)
    except TimeoutError as late:
        raise TimeoutError(f"{late}; red at the end: {seen[-1]}") from None


def heal(system: RunningSystem) -> None:
    """Start whatever a test has stopped, and wait until each line but warnings is good."""
    for name, state in system.system.states().items():
        if not state.runs:
            system.start(name, wait=False)
    eventually(lambda: not bad_lines(system), what="a healthy system")


@pytest.fixture(scope="module")
def gimpo(system: RunningSystem) -> Iterator[CityApi]:
    """The API of Gimpo, as anybody calls it."""
    with httpx.Client(timeout=30) as http:
        yield CityApi(system.web_url, "gimpo", http)


@pytest.fixture(autouse=True)
def _books_are_equal(system: RunningSystem) -> Iterator[None]:
    """Nothing is lost, doubled or left on hold, whatever the test did; each begins and ends with a healthy system."""
    heal(system)  # another module may have left something stopped
    yield
    heal(system)
    # After a chain fell behind, blocks copied anew are posted a moment later.
    eventually(lambda: not differences(system), what="equal books")


@pytest.fixture(autouse=True, scope="module")
def _reconcile_says_so(system: RunningSystem) -> Iterator[None]:
    """The operator's command itself, once a module: a process of Django costs more than most tests."""
    yield
    heal(system)
    system.manage("reconcile", check=True)


def differences(system: RunningSystem) -> list[str]:
    """What `reconcile` would print, asked in this process."""
    from contracts.models import Contract  # noqa: PLC0415 - needs the settings
    from wallets.queries import reconciliation  # noqa: PLC0415 - likewise

    contracts = Contract.objects.exclude(code_hash="").select_related("city", "chain")
    return [str(each) for one in contracts for each in reconciliation.differences(contract=one, url=system.rpc_url)]
