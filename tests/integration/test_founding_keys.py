"""No process that serves can read an official's key, though all run as one user."""

from __future__ import annotations

import subprocess
import sys

import pytest

from citycoin.runtime.domain.addresses import ROOT

pytestmark = pytest.mark.one_database

SERVING = ("citycoin.wsgi", "citycoin.asgi")


def tried(system, module: str, *, then: str = "") -> subprocess.CompletedProcess[str]:
    """Import what the process runs, in its environment, ``then`` do what a curious line of code would."""
    key = next((system.var / "founding").glob("gimpo-*.key"))
    curious = f"import {module}; {then}\nprint(len(open({str(key)!r}, 'rb').read()), 'bytes read')"
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", curious], cwd=ROOT, env=system.env, capture_output=True, text=True, check=False
    )


class TestFoundingKeys:
    @pytest.mark.parametrize("module", SERVING)
    def test_founding_keys_are_closed_to_the_processes_that_serve(self, system, module):
        done = tried(system, module)

        assert done.returncode == 1
        assert "FoundingKeysClosed" in done.stderr
        assert "bytes read" not in done.stdout

    def test_founding_keys_are_open_to_the_operators_command(self, system):
        done = tried(system, "citycoin.settings")

        assert done.stdout == "32 bytes read\n"

    @pytest.mark.parametrize("part", ["worker", "beat"])
    def test_founding_keys_are_closed_to_worker_and_beat_from_their_start(self, system, part):
        # The signal that Celery sends when it starts this part; what the handlers set going ends with the process.
        done = tried(
            system, "citycoin.celery", then=f"from celery import signals; signals.{part}_init.send(sender=None)"
        )

        assert "FoundingKeysClosed" in done.stderr
        assert "bytes read" not in done.stdout
