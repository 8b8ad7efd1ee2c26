"""By which signs `./city up` knows that a part makes progress, so that it waits for it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from citycoin.foundation.waiting import wait_until
from citycoin.runtime.operations import starting
from citycoin.runtime.operations.supervision import ProcessState
from citycoin.runtime.queries.processes import cpu_ticks


@dataclass
class Installation:
    """As much of a system as is looked at: worker runs as this very process."""

    var: Path

    def states(self):
        return {"worker": ProcessState("worker", "RUNNING", os.getpid(), "")}


@pytest.fixture
def installation(tmp_path):
    (tmp_path / "logs").mkdir()
    return Installation(tmp_path)


def line(name: str, words: str, *, good: bool = False) -> dict[str, object]:
    return {"name": name, "good": good, "en": words}


def burn_a_tick() -> None:
    before = cpu_ticks(os.getpid())
    while cpu_ticks(os.getpid()) == before:
        pass


class TestSignsOfLife:
    def test_signs_of_life_change_when_the_log_grows(self, installation, monkeypatch):
        monkeypatch.setattr(starting, "cpu_ticks", lambda _pid: 7)
        before = starting.signs_of_life(installation, ["worker"])

        (installation.var / "logs" / "worker.log").write_text("one more line\n")

        assert starting.signs_of_life(installation, ["worker"]) != before

    def test_signs_of_life_change_when_the_process_is_at_work(self, installation):
        before = starting.signs_of_life(installation, ["worker"])

        burn_a_tick()

        assert starting.signs_of_life(installation, ["worker"]) != before

    def test_signs_of_life_are_none_for_a_part_that_somebody_else_runs(self, installation):
        assert starting.signs_of_life(installation, ["broker"]) == []


class TestProgress:
    def test_progress_stays_the_same_when_only_time_passes(self, installation):
        one = starting.progress(installation, [line("settlement", "3 not yet settled, the oldest 61 s")])
        later = starting.progress(installation, [line("settlement", "3 not yet settled, the oldest 90 s")])

        assert one == later

    def test_progress_changes_when_a_line_says_something_else(self, installation):
        three = starting.progress(installation, [line("settlement", "3 not yet settled, the oldest 61 s")])
        two = starting.progress(installation, [line("settlement", "2 not yet settled, the oldest 62 s")])
        none = starting.progress(installation, [line("settlement", "0 not yet settled, the oldest 0 s", good=True)])

        assert len({str(three), str(two), str(none)}) == 3

    def test_progress_changes_with_the_work_of_a_part_whose_line_is_bad(self, installation):
        silent = [line("worker", "no sign of life yet")]
        before = starting.progress(installation, silent)

        burn_a_tick()

        assert starting.progress(installation, silent) != before

    def test_progress_stays_the_same_with_the_work_of_a_part_whose_line_is_good(self, installation):
        another = [line("books", "the chain at hand is not the one of the books"), line("worker", "beat", good=True)]
        before = starting.progress(installation, another)

        burn_a_tick()

        assert starting.progress(installation, another) == before


class TestCpuTicks:
    def test_cpu_ticks_count_what_a_process_has_started(self):
        burning = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
        with subprocess.Popen([sys.executable, "-c", burning], start_new_session=True) as process:  # noqa: S603 - our own interpreter
            try:
                before = cpu_ticks(process.pid)
                wait_until(lambda: cpu_ticks(process.pid) > before + 20, timeout_seconds=60, what="processor time")
            finally:
                os.killpg(process.pid, 9)

    def test_cpu_ticks_of_no_process_are_zero(self):
        assert cpu_ticks(0) == 0


class TestNotices:
    def test_notices_are_the_lines_of_a_log_that_begin_with_notice(self, tmp_path):
        log = tmp_path / "seed.log"
        log.write_text("one\nnotice: the contract has changed\ntwo\n")

        assert starting.notices(log) == ["the contract has changed"]
