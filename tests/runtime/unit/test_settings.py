"""What the settings refuse at start, each in a process of its own, as it would be started."""

import os
import subprocess
import sys

import pytest

from citycoin.runtime.domain.addresses import ROOT
from citycoin.runtime.operations.secret_files import make_secrets
from citycoin.runtime.operations.starting import StartFailed, bring_up
from citycoin.runtime.operations.system import System

SERVING = {
    "web": ("-c", "import citycoin.wsgi"),
    "live": ("-c", "import citycoin.asgi"),
    "worker": ("-m", "celery", "-A", "citycoin", "worker", "--pool", "solo"),
    "beat": ("-m", "celery", "-A", "citycoin", "beat", "--pidfile", "", "--schedule", os.devnull),
}


def run(var, *words, **environ):
    """Python with these words, in an environment that says no more than this."""
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "CITYCOIN_VAR": str(var), "HOME": str(var)}
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *words],
        cwd=ROOT,
        env={**bare, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class TestSecrets:
    @pytest.mark.parametrize("part", SERVING)
    def test_serving_process_does_not_start_without_its_secrets(self, tmp_path, part):
        done = run(tmp_path, *SERVING[part])

        assert done.returncode != 0
        assert "secrets/django is missing" in done.stderr


class TestDebug:
    @pytest.mark.parametrize("part", SERVING)
    def test_debug_is_refused_by_each_serving_process_where_the_demo_is_off(self, tmp_path, part):
        make_secrets(tmp_path)

        done = run(tmp_path, *SERVING[part], CITYCOIN_DEBUG="1", CITYCOIN_DEMO="0")

        assert done.returncode != 0
        assert "only where CITYCOIN_DEMO=1" in done.stderr

    def test_debug_is_refused_by_up_before_anything_starts_where_the_demo_is_off(self, tmp_path):
        var = tmp_path / "var"
        system = System(var, {"CITYCOIN_DEBUG": "1", "CITYCOIN_DEMO": "0"}, ends_with_starter=True)

        with pytest.raises(StartFailed, match="only where CITYCOIN_DEMO=1"):
            bring_up(system, say=print)

        assert not var.exists()

    def test_debug_logs_each_statement_in_the_demo(self, tmp_path):
        asks = (
            "import django; django.setup(); from django.db import connection; connection.cursor().execute('SELECT 7')"
        )

        told = run(
            tmp_path, "-c", asks, CITYCOIN_DEBUG="1", CITYCOIN_DEMO="1", DJANGO_SETTINGS_MODULE="citycoin.settings"
        )
        silent = run(tmp_path, "-c", asks, CITYCOIN_DEMO="1", DJANGO_SETTINGS_MODULE="citycoin.settings")

        assert "SELECT 7" in told.stderr
        assert "SELECT 7" not in silent.stderr


class TestLogs:
    def test_logs_command_shows_the_last_lines_of_a_part(self, tmp_path):
        (tmp_path / "logs").mkdir()
        (tmp_path / "logs" / "worker.log").write_text("one\ntwo\nthree\n")

        done = run(tmp_path, "-m", "citycoin.runtime", "logs", "worker", "--lines", "2")

        assert (done.returncode, done.stdout) == (0, "two\nthree\n")

    def test_logs_command_for_an_unknown_part_fails_and_names_the_logs_there_are(self, tmp_path):
        (tmp_path / "logs").mkdir()
        (tmp_path / "logs" / "worker.log").touch()

        done = run(tmp_path, "-m", "citycoin.runtime", "logs", "waiter")

        assert (done.returncode, done.stderr) == (1, "there is no log of waiter; there are worker\n")
