"""The lanes of `./city test`: which of them has a test, what a call chooses, and that their minutes and rules are kept."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from citycoin.development.operations.lane_runs import read_report
from citycoin.development.operations.lanes import LANES, NoLane, chosen
from citycoin.runtime.domain.addresses import ROOT

MINUTES = 58
DOCUMENT = ROOT / "docs" / "testing.md"
MARK = re.compile(r"^pytestmark = pytest\.mark\.(both_databases|one_database)$", re.MULTILINE)
FILES = sorted(str(file.relative_to(ROOT)) for file in (ROOT / "tests").rglob("test_*.py"))


def lanes_of(file: str) -> list[str]:
    return [lane.name for lane in LANES.values() if lane.holds(file)]


@pytest.mark.parametrize("file", FILES)
def test_file_is_in_a_lane_and_says_on_which_databases_it_runs_where_there_is_a_choice(file):
    marks = MARK.findall((ROOT / file).read_text())

    assert lanes_of(file)
    assert len(marks) == int(LANES["sqlite"].holds(file))


def test_lanes_name_only_paths_that_exist():
    named = [path for lane in LANES.values() for path in (*lane.paths, *lane.but)]

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_minutes_allowed_are_within_the_limit_and_as_the_document_says():
    rows = re.findall(r"^\| `([\w-]+)` \|[^|]*\| *(\d+) \|", DOCUMENT.read_text(), re.MULTILINE)

    assert {name: int(minutes) for name, minutes in rows} == {lane.name: lane.minutes for lane in LANES.values()}
    assert sum(lane.minutes for lane in LANES.values()) <= MINUTES


class TestChosen:
    def test_call_that_names_no_lane_runs_all_lanes(self):
        lanes, more = chosen([], database="", more=["-x"])

        assert lanes == list(LANES.values())
        assert more == ["-x"]

    @pytest.mark.parametrize(
        ("word", "database", "lane", "runs_on"),
        [
            ("tests/unit/test_money.py", "", "unit", ""),
            ("tests/api/test_refunds.py::TestRefund::test_x", "", "sqlite", "sqlite"),
            ("tests/api/test_cities.py", "", "sqlite", "sqlite"),
            ("tests/api/test_cities.py", "postgres", "postgres", "postgres"),
            ("tests/faults", "", "sqlite-faults", "sqlite"),
            ("tests/faults/test_reorg.py", "postgres", "postgres-faults", "postgres"),
            ("tests/browser/test_camera.py", "postgres", "browser", "postgres"),
            ("tests/servers/test_whole_path.py", "", "servers", "foreign"),
        ],
    )
    def test_test_runs_in_the_lane_of_its_folder_whatever_its_marker(self, word, database, lane, runs_on):
        ((one,), _) = chosen([word], database=database, more=[])

        assert (one.name, one.database, one.paths, one.marked) == (lane, runs_on, (word,), "")

    def test_lane_runs_only_the_paths_that_follow_the_dashes(self):
        lanes, more = chosen(["sqlite", "unit"], database="", more=["-k", "tests", "tests/api/test_cities.py", "-x"])

        assert [(lane.name, lane.paths) for lane in lanes] == [("sqlite", ("tests/api/test_cities.py",))]
        assert more == ["-k", "tests", "-x"]

    def test_one_file_has_one_worker_and_a_folder_has_several(self):
        ((file,), _) = chosen(["tests/api/test_cities.py"], database="", more=[])
        ((folder,), _) = chosen(["tests/api"], database="", more=[])

        assert "-n" not in file.command([])
        assert "-n" in folder.command([])

    def test_path_that_follows_the_dashes_is_refused_where_none_of_the_lanes_has_it(self):
        with pytest.raises(NoLane, match="in none of the lanes unit"):
            chosen(["unit"], database="", more=["tests/api/test_cities.py"])

    def test_database_is_refused_without_a_path(self):
        with pytest.raises(NoLane, match="goes with a PATH"):
            chosen(["sqlite"], database="postgres", more=[])

    @pytest.mark.parametrize("word", ["postgre", "tests/nowhere.py", "docs"])
    def test_word_that_names_no_test_is_refused(self, word):
        with pytest.raises(NoLane, match=word):
            chosen([word], database="", more=[])


OF_EACH_KIND = """
import pytest

@pytest.fixture
def broken():
    raise ValueError("a part is away\\nand more")

def test_holds():
    pass

def test_has_no_part(broken):
    pass

class TestSum:
    def test_fails(self):
        assert 1 + 1 == 3, "sums differ"

    @pytest.mark.skip
    def test_waits(self):
        pass
"""


class TestReport:
    def test_each_failed_test_is_named_with_the_first_line_of_why(self, tmp_path):
        (tmp_path / "test_kinds.py").write_text(OF_EACH_KIND)
        report = tmp_path / "report.xml"
        command = [sys.executable, "-m", "pytest", "-p", "no:django", "--rootdir", ".", "--junitxml", report, "."]

        ended = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)  # noqa: S603 - our own tests

        assert ended.returncode == 1
        assert read_report(report) == (
            1,
            (
                'test_kinds.test_has_no_part: failed on setup with "ValueError: a part is away',
                "test_kinds.TestSum.test_fails: AssertionError: sums differ",
            ),
        )

    def test_run_that_wrote_no_report_is_said(self, tmp_path):
        assert read_report(tmp_path / "report.xml") == (0, ("it ended before it wrote its report",))
