"""Whose a port is, as the kernel says."""

import os
import socket
import subprocess
import sys

import pytest

from citycoin.runtime.domain.addresses import LOOPBACK
from citycoin.runtime.queries.processes import is_anothers

LISTENS = """
import socket, sys
with socket.socket() as listener:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((sys.argv[1], int(sys.argv[2])))
    listener.listen()
    print(flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def port():
    """Of this very process, and bound before it listens."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture(params=[LOOPBACK, "0.0.0.0"])  # noqa: S104 - what a program may do
def another(request, port):
    """One more process that listens there."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", LISTENS, request.param, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        yield process


class TestIsAnothers:
    def test_port_of_a_process_is_not_anothers(self, port):
        assert not is_anothers(port, pid=os.getpid())

    @pytest.mark.parametrize("host", [LOOPBACK, "0.0.0.0"])  # noqa: S104 - what a program may do
    def test_port_with_a_listener_is_anothers_for_a_process_that_does_not_live(self, host):
        with socket.create_server((host, 0)) as listener:
            assert is_anothers(listener.getsockname()[1], pid=0)

    @pytest.mark.usefixtures("another")
    def test_port_shared_with_a_process_below_is_not_anothers(self, port):
        assert not is_anothers(port, pid=os.getpid())

    def test_port_shared_with_a_process_elsewhere_is_anothers(self, port, another):
        assert is_anothers(port, pid=another.pid)

    def test_port_at_which_nobody_listens_is_not_anothers(self):
        with socket.socket() as bound:
            bound.bind((LOOPBACK, 0))

            assert not is_anothers(bound.getsockname()[1], pid=0)
