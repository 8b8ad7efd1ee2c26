"""The table of fault points is whole: each is somewhere in the code, and the code knows no others."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from citycoin.foundation.fault_points import CALLS, COMMITS, DATABASE_GONE, DEATH, arm, commits, fault_point

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


def test_fault_point_armed_with_two_faults_takes_the_database_from_the_first_and_the_life_of_the_second(tmp_path):
    arm(tmp_path, "authorise.begun", DATABASE_GONE, DEATH)
    twice = """
from django.db import Error, connection
from citycoin.foundation.fault_points import fault_point
connection.ensure_connection()
for _ in range(2):
    fault_point("authorise.begun")
    try:
        connection.cursor()
    except Error:
        print("gone", flush=True)
"""
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "citycoin.settings", "CITYCOIN_DEMO": "1"}
    environ["CITYCOIN_FAULTS"] = str(tmp_path)

    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", twice], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.returncode) == ("gone\n", -signal.SIGKILL)
    assert not list(tmp_path.iterdir())
