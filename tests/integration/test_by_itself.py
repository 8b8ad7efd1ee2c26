"""The system goes on, shows what is wrong, and heals, without anybody's hand but `start`.

In how many seconds is said by `./city bench by_itself`, on a machine that does nothing else; here it is waited for as long as
there is progress.
"""

import pytest

from citycoin.runtime.domain import programs
from tests.faults import scenes
from tests.faults.healthy import bad_lines, eventually_bad, eventually_good
from tests.running import RunningSystem


@pytest.fixture(scope="module")
def payer(gimpo):
    return scenes.residents(gimpo, [1_000])[0]


def settlement_line(system: RunningSystem) -> str:
    """What `./city status` says of payments on their way."""
    return str(system.status_lines()["settlement"]["en"])


class TestStoppedWorker:
    def test_stopped_worker_is_shown_and_what_waits_settles_when_it_is_back(self, system, gimpo, payer):
        """C1, I4, I14."""
        system.stop("worker")

        ids = [payer.pay(gimpo.shops()[0], 1)["id"] for _ in range(3)]

        eventually_bad(system, {"worker"})
        assert settlement_line(system).startswith("3 not yet settled")
        assert system.city("status").returncode == 1
        system.start("worker", wait=False)
        scenes.all_settled(ids)


class TestStopped:
    @pytest.mark.parametrize("name", programs.NAMES)
    def test_stopped_part_turns_only_its_own_status_line_red_until_it_is_started(self, system, name):
        """I13, I14: of all lines, those of books and settlement too."""
        system.stop(name)

        eventually_bad(system, {name})
        status = system.city("status")
        assert (status.returncode, f"not good: {name}" in status.stdout) == (1, True)

        system.start(name, wait=False)
        eventually_good(system)


class TestWithoutTheBell:
    def test_payment_settles_while_the_broker_is_down(self, system, gimpo, payer):
        """C6, C5, I13: no notification and no schedule reach the worker, so it looks by itself."""
        system.stop("broker")

        payment = payer.pay(gimpo.shops()[0], 1)

        scenes.all_settled([payment["id"]])
        assert bad_lines(system) == {"broker"}

    def test_payment_settles_while_the_beat_is_down(self, system, gimpo, payer):
        """C7: nobody notifies on schedule."""
        system.stop("beat")

        payment = payer.pay(gimpo.shops()[0], 1)

        scenes.all_settled([payment["id"]])

    def test_payment_settles_while_broker_and_beat_are_down(self, system, gimpo, payer):
        """C6, C7, I13, I14."""
        system.stop("beat")
        system.stop("broker")

        payment = payer.pay(gimpo.shops()[0], 1)

        scenes.all_settled([payment["id"]])

    def test_payment_accepted_while_the_chain_is_down_settles_when_it_is_back(self, system, gimpo, payer):
        """I13, I4: paid is a matter of the books; the chain may come later."""
        system.stop("chain")

        payment = payer.pay(gimpo.shops()[0], 1)

        assert payer.status(payment["id"]) == "authorised"
        system.start("chain")
        scenes.all_settled([payment["id"]])
