"""A bare anvil of a test's own: it mines when it is told something, and its clock may be moved, which nobody else would bear."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from contextlib import ExitStack
from types import TracebackType

from citycoin.foundation.parent_death import die_with_parent
from citycoin.foundation.waiting import wait_until
from citycoin.platform.health.queries import probes
from citycoin.runtime.domain.addresses import LOOPBACK, ReservedPorts
from citycoin.runtime.domain.programs import CHAIN_ID
from citycoin.runtime.doors.chain import anvil_binary
from tests.node import Node
from tests.running import FOLDER, ports_for_tests

# EIP-7825: no transaction has more.
TRANSACTION_GAS = 16_777_216


class OwnChain:
    """Runs for the length of a ``with``; the limits of gas are those of the system's own chain."""

    def __init__(self) -> None:
        self._folder = FOLDER / f"own-chain-{secrets.token_hex(4)}"
        self._stack = ExitStack()

    def __enter__(self) -> Node:
        with ExitStack() as undo:
            reserved = undo.enter_context(ReservedPorts(("chain",), first=ports_for_tests()))
            port = reserved.ports["chain"]
            self._folder.mkdir(parents=True)
            undo.callback(shutil.rmtree, self._folder, ignore_errors=True)
            me = os.getpid()
            reserved.release("chain")
            process = subprocess.Popen(  # noqa: S603 - the binary from our own lock
                (
                    *(str(anvil_binary()), "--silent", "--host", LOOPBACK, "--port", str(port)),
                    *("--chain-id", str(CHAIN_ID), "--gas-limit", "60000000", "--enable-tx-gas-limit"),
                    *("--cache-path", str(self._folder / "cache")),
                ),
                cwd=self._folder,
                env={**os.environ, "HOME": str(self._folder)},
                stdin=subprocess.DEVNULL,
                preexec_fn=lambda: die_with_parent(signal.SIGKILL, parent=me),  # noqa: PLW1509 - one prctl
            )
            undo.callback(process.wait)
            undo.callback(process.terminate)
            url = f"http://{LOOPBACK}:{port}"
            wait_until(lambda: _answers(url), timeout_seconds=30, what="the test's own chain")
            node = Node(url)
            undo.callback(node.close)
            self._stack = undo.pop_all()
        return node

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def _answers(url: str) -> bool:
    try:
        probes.chain_head(url)
    except probes.NoAnswer:
        return False
    return True
