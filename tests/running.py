"""Whole systems for tests: started by the very code of `./city up`, on free ports, in a folder of their own."""

import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from citycoin.development.operations.postgres import Postgres
from citycoin.foundation.fault_points import DEATH, arm
from citycoin.foundation.parent_death import die_with_parent
from citycoin.foundation.waiting import wait_until
from citycoin.platform.health.queries import probes
from citycoin.runtime.domain import programs
from citycoin.runtime.domain.addresses import FOREIGN, LOOPBACK, ROOT, ReservedPorts
from citycoin.runtime.doors.chain import anvil_command
from citycoin.runtime.operations.starting import bring_up
from citycoin.runtime.operations.static_files import collected
from citycoin.runtime.operations.system import System

FOLDER: Final = ROOT / "var" / "test"
# For all systems of this checkout, since they serve the same files.
STATIC: Final = FOLDER / "static"
# Far beyond what a loaded machine takes.
SECONDS_TO_START: Final = 240
# Limits of rate are raised by configuration, as an operator would for a storm; the tests' own cities have wide rules.
ENVIRONMENT: Final[Mapping[str, str]] = {
    "PAYMENTS_PER_MINUTE": "1000000",
    # Tests hold the head still on purpose, on a loaded machine for longer than a city would like.
    "CHAIN_STUCK_AFTER_SECONDS": "240",
    "CITYCOIN_SEED": "cities",
    "CITYCOIN_CITIES": str(ROOT / "tests" / "cities"),
}
# What would make a test's system talk to somebody else's servers.
NOT_INHERITED: Final = {
    *FOREIGN.values(),
    "CITYCOIN_VAR",
    "CITYCOIN_SEED",
    "CITYCOIN_CITIES",
    "CITYCOIN_STATIC",
    "WEB_URL",
    "LIVE_URL",
    "CITYCOIN_PUBLIC_URL",
    "BANK_URL",
    "BANK_FOLDER",
    "BANK_CLOCK",
}


def ports_for_tests() -> dict[str, int]:
    """Where to look for free ports: below the kernel's own range, and apart from the other workers of pytest-xdist."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    base = 20_000 + (worker % 4) * 3_000 + random.randrange(0, 2_900, 10)  # noqa: S311 - no secret
    return {
        name: base + place for place, name in enumerate(("web", "live", "chain", "broker", "bank", "postgres", "redis"))
    }


class RunningSystem:
    """A system that runs for the length of a ``with``, and that a test may hurt.

    ``database``: `sqlite`, `postgres`, or `foreign` where ``environ`` names one. ``chosen``: its processes, all of them unless fewer do. ``environ``: what it is
    told beyond the ordinary, such as the addresses of ForeignServers. ``name``: what its folder's name begins with.
    """

    def __init__(
        self,
        *,
        database: str = "sqlite",
        chosen: Collection[str] = programs.NAMES,
        environ: Mapping[str, str] | None = None,
        name: str = "",
    ) -> None:
        self.var = FOLDER / f"{name or database}-{secrets.token_hex(4)}"
        ports = ports_for_tests()
        self._stack = ExitStack()
        self.postgres = (
            Postgres(self.var / "postgres", first_port=ports["postgres"]) if database == "postgres" else None
        )
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        self._environ = {**inherited, **ENVIRONMENT, **(environ or {}), "CITYCOIN_VAR": str(self.var)}
        self._environ["CITYCOIN_FAULTS"] = str(self._faults)
        if "web" in chosen:
            self._environ["CITYCOIN_STATIC"] = str(collected(STATIC, environ=self._environ))
        if self.postgres:
            self._environ["DATABASE_URL"] = self.postgres.url
        self.system = System(self.var, self._environ, chosen, ports, ends_with_starter=True)
        self.keep_logs = False

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.callback(self._clean_up)
            if self.postgres:
                undo.enter_context(self.postgres)
            undo.callback(self.system.bring_down)
            bring_up(self.system, say=lambda _line: None)
            self._stack = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.keep_logs = self.keep_logs or error is not None
        self._stack.close()

    def _clean_up(self) -> None:
        """Delete what the system has written; after a failure its logs stay, for whoever looks for the reason."""
        for left in self.var.iterdir() if self.var.exists() else ():
            if left.name == "logs" and self.keep_logs:
                continue
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        if self.var.exists() and not self.keep_logs:
            self.var.rmdir()

    @property
    def env(self) -> dict[str, str]:
        """The environment of its processes."""
        return self.system.environment

    @property
    def web_url(self) -> str:
        return self.env["WEB_URL"]

    @property
    def live_url(self) -> str:
        return self.env["LIVE_URL"]

    @property
    def rpc_url(self) -> str:
        return self.env["CHAIN_RPC_URL"]

    @property
    def redis_url(self) -> str:
        return self.env["REDIS_URL"]

    def pid(self, name: str) -> int:
        """The process that does the work of ``name`` (anvil itself); 0 where none runs."""
        return self.system.pid(name)

    def stop(self, name: str) -> None:
        """As `./city stop NAME`."""
        self.system.supervisor.stop([name])

    def start(self, name: str, *, wait: bool = True) -> None:
        """As `./city start NAME`; with ``wait``, until it answers."""
        self.system.supervisor.start([name])
        if wait:
            wait_until(lambda: self.answers(name), timeout_seconds=SECONDS_TO_START, what=name)

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to the real process; return its pid. The supervisor starts again what dies of it."""
        pid = self.pid(name)
        if not pid:
            raise ProcessLookupError(f"{name} does not run")
        os.kill(pid, number)
        return pid

    @property
    def _faults(self) -> Path:
        return self.var / "faults"

    def arm(self, *points: str, what: Sequence[str] = (DEATH,)) -> None:
        """The next process that comes to each of these fault points dies there, or the next ones meet ``what`` in its order."""
        self._faults.mkdir(exist_ok=True)
        for point in points:
            arm(self._faults, point, *what)

    def armed(self) -> set[str]:
        """The fault points that no process has come to yet."""
        return {each.name for each in self._faults.iterdir() if not each.name.startswith(".")}

    def answers(self, name: str) -> bool:
        """Whether ``name`` runs and, if it listens, answers."""
        state = self.system.states().get(name)
        if state is None or state.state not in {"RUNNING", "STARTING"}:
            return False
        try:
            match name:
                case "web":
                    probes.ask_web(f"{self.web_url}/healthz")
                case "live":
                    probes.ask_web(f"{self.live_url}/healthz")
                case "bank":
                    probes.ask_web(f"{self.env['BANK_URL']}/healthz")
                case "chain":
                    probes.chain_head(self.rpc_url)
                case "broker":
                    probes.ask_broker(self.redis_url)
                case _:
                    return state.runs
        except probes.NoAnswer:
            return False
        return True

    def manage(self, *arguments: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        """Run manage.py against this system; with ``check``, its failure is an AssertionError that shows its output."""
        return self._run(str(ROOT / "manage.py"), *arguments, check=check)

    def city(self, *call: str, check: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a call of the `city` script against this system."""
        return self._run("-m", "citycoin.runtime", *call, check=check)

    def status_lines(self) -> dict[str, dict[str, object]]:
        """The lines of `./city status --json`, by name: {"name", "good", "warning", "ko", "en"}."""
        done = self.city("status", "--json")
        return {line["name"]: line for line in json.loads(done.stdout)["health"]}

    def log(self, name: str) -> str:
        """What ``name`` has written so far."""
        return (self.var / "logs" / f"{name}.log").read_text(errors="replace")

    def _run(self, *words: str, check: bool) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert not check or done.returncode == 0, f"{words} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done


class ForeignServers:
    """A PostgreSQL, a Redis and an anvil that `./city` did not start, for the length of a ``with``."""

    def __init__(self) -> None:
        self.folder = FOLDER / f"foreign-{secrets.token_hex(4)}"
        ports = ports_for_tests()
        self._reserved = ReservedPorts(("chain", "redis"), first=ports)
        self.postgres = Postgres(self.folder / "postgres", first_port=ports["postgres"])
        self._stack = ExitStack()

    @property
    def environ(self) -> dict[str, str]:
        """What RunningSystem, or `./city up`, must be told to use them."""
        return {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": f"redis://{LOOPBACK}:{self._reserved.ports['redis']}/0",
            "CHAIN_RPC_URL": f"http://{LOOPBACK}:{self._reserved.ports['chain']}",
        }

    def __enter__(self) -> Self:
        redis = shutil.which("redis-server")
        if redis is None:
            raise FileNotFoundError("no redis-server on this machine; on Debian: apt-get install redis-server")
        for part in ("redis", "chain"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        with ExitStack() as undo:
            undo.callback(shutil.rmtree, self.folder, ignore_errors=True)
            ports = undo.enter_context(self._reserved).ports
            undo.enter_context(self.postgres)
            where = ("--bind", LOOPBACK, "--port", str(ports["redis"]), "--dir", str(self.folder / "redis"))
            self._start(undo, "redis", redis, *where)
            self._start(undo, "chain", *anvil_command(self.folder / "chain", ports["chain"]))
            wait_until(self._answer, timeout_seconds=SECONDS_TO_START, what="the foreign servers")
            self._stack = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _start(self, undo: ExitStack, name: str, *command: str) -> None:
        me = os.getpid()
        self._reserved.release(name)
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - servers found on this machine
                command,
                cwd=self.folder,
                env={**os.environ, "HOME": str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=lambda: die_with_parent(signal.SIGKILL, parent=me),  # noqa: PLW1509 - one prctl
            )
        undo.callback(process.wait)
        undo.callback(process.terminate)

    def _answer(self) -> bool:
        try:
            probes.ask_broker(self.environ["REDIS_URL"])
            probes.chain_head(self.environ["CHAIN_RPC_URL"])
        except probes.NoAnswer:
            return False
        return True
