"""The table of fault points is whole: each is somewhere in the code, and the code knows no others."""

import re
from pathlib import Path

import pytest

from citycoin.foundation.fault_points import CALLS, COMMITS, commits, fault_point

ROOT = Path(__file__).parents[2]
APPS = ("citycoin", "contracts", "wallets", "merchants")


def used(pattern: str) -> list[str]:
    """What the code says between the quotes, wherever it does."""
    sources = [path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py")]
    return sorted(name for text in sources for name in re.findall(pattern, text))


def test_each_commit_with_fault_points_is_one_operation():
    assert used(r'\n@commits\("([a-z_]+)"') == sorted(COMMITS)


def test_each_call_with_fault_points_has_one_before_and_one_after():
    assert used(r'\n +fault_point\("([a-z_.]+)"\)') == sorted(
        f"{name}.{when}" for name in CALLS for when in ("after", "before")
    )


def test_fault_point_of_an_unknown_name_is_refused():
    with pytest.raises(LookupError):
        commits("pay_twice")
    with pytest.raises(LookupError):
        fault_point("authorise.somewhere")


def test_fault_point_does_nothing_where_no_folder_is_named(settings, tmp_path):
    settings.FAULTS_FOLDER = ""
    (tmp_path / "authorise.begun").touch()

    fault_point("authorise.begun")

    assert [each.name for each in tmp_path.iterdir()] == ["authorise.begun"]
