"""Whether a running system is well, as `./city status` says; and the fixtures that keep it so. Knows no models, so that a
conftest may use it.
"""

from collections.abc import Iterator

import pytest

from citycoin.foundation.waiting import wait_while_moving
from citycoin.runtime.operations.starting import PATIENCE_SECONDS, bad_words, health_of, progress
from tests import patient
from tests.outside import CityApi, Resident, eventually
from tests.running import RunningSystem


def lines_of(system: RunningSystem) -> list[dict[str, object]]:
    """The lines of health; of `./city status`, which is slower, where no web answers."""
    said = health_of(f"{system.web_url}/health.json")
    return list(system.status_lines().values()) if said is None else said


def bad_lines(system: RunningSystem) -> set[str]:
    """The names of the lines of health that aren't good."""
    return set(bad_words(lines_of(system)))


def eventually_bad(system: RunningSystem, names: set[str]) -> None:
    """Wait until these lines, and no others, are bad, as long as anything about them changes. Raises Stalled."""
    lines: list[dict[str, object]] = []

    def only_these() -> bool:
        lines[:] = lines_of(system)
        return set(bad_words(lines)) == names

    def signs() -> object:  # the line of a part that beats no more says how long it has been silent
        return bad_words(lines), [line["en"] for line in lines if line["name"] in names]

    wait_while_moving(only_these, signs=signs, what=f"{names} red, and nothing else", patience_seconds=PATIENCE_SECONDS)


def eventually_good(system: RunningSystem) -> None:
    """Wait until every line is good, as long as there is progress, as `up` waits. Raises Stalled."""
    lines: list[dict[str, object]] = []

    def all_good() -> bool:
        lines[:] = lines_of(system)
        return not bad_words(lines)

    wait_while_moving(
        all_good,
        signs=lambda: progress(system.system, lines),
        what="every line good",
        patience_seconds=PATIENCE_SECONDS,
    )


def heal(system: RunningSystem) -> None:
    """Start whatever a test has stopped, and wait until each line but warnings is good."""
    for name, state in system.system.states().items():
        if not state.runs:
            system.start(name, wait=False)
    eventually_good(system)


@pytest.fixture(scope="session")
def gimpo(system: RunningSystem) -> Iterator[CityApi]:
    """The API of Gimpo, as anybody calls it."""
    with patient.client() as http:
        yield CityApi(system.web_url, "gimpo", http)


@pytest.fixture(scope="session")
def payers(gimpo: CityApi) -> list[Resident]:
    """Ten residents with won, for every module: to join and to top up takes two times as long as a block takes to be final."""
    from tests.faults import scenes  # noqa: PLC0415 - needs the settings

    return scenes.residents(gimpo, [1_000] * 10)


@pytest.fixture
def payer(payers: list[Resident]) -> Resident:
    """One of them."""
    return payers[0]


@pytest.fixture(autouse=True)
def _books_are_equal(system: RunningSystem) -> Iterator[None]:
    """Nothing is lost, doubled or left on hold, whatever the test did; each begins and ends with a healthy system."""
    heal(system)  # another module may have left something stopped
    yield
    heal(system)
    # After a chain fell behind, blocks copied anew are posted a moment later.
    eventually(lambda: not differences(system), what="equal books")


@pytest.fixture(autouse=True, scope="session")
def _reconcile_says_so(system: RunningSystem) -> Iterator[None]:
    """The operator's command itself, once a system: a process of Django costs more than most tests."""
    yield
    heal(system)
    system.manage("reconcile", check=True)


def differences(system: RunningSystem) -> list[str]:
    """What `reconcile` would print, asked in this process."""
    from contracts.models import Contract  # noqa: PLC0415 - needs the settings
    from wallets.queries import reconciliation  # noqa: PLC0415 - likewise

    contracts = Contract.objects.exclude(code_hash="").select_related("city", "chain")
    return [str(each) for one in contracts for each in reconciliation.differences(contract=one, url=system.rpc_url)]
