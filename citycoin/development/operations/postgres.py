"""A PostgreSQL server of one's own, for tests and benchmarks: made from the binaries found, gone afterwards.

PostgreSQL refuses to run as root, so root hands it to the system's user `postgres`, who must be able to reach the data.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from citycoin.foundation.parent_death import die_with_parent
from citycoin.foundation.waiting import wait_until
from citycoin.runtime.domain.addresses import LOOPBACK, ReservedPorts

FIRST_PORT: Final = 25432
USER: Final = "postgres"
SECONDS_TO_ANSWER: Final = 30


class PostgresMissing(Exception):
    """No PostgreSQL server binaries on this machine."""


def binaries() -> Path:
    """The folder of the newest server binaries. Raises PostgresMissing."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    by_version = sorted(versions, key=lambda initdb: float(initdb.parts[-3]), reverse=True)
    on_path = shutil.which("initdb")
    for initdb in (*by_version, *([Path(on_path).resolve()] if on_path else [])):
        if (initdb.parent / "postgres").exists():
            return initdb.parent
    raise PostgresMissing("no PostgreSQL server binaries; on Debian: apt-get install postgresql")


class Postgres:
    """A server with an empty database `citycoin`, with its data in ``folder``, for the length of a ``with``."""

    def __init__(
        self, folder: Path, *, first_port: int = FIRST_PORT, settings: Mapping[str, str] | None = None
    ) -> None:
        self._bin = binaries()
        self._owner = USER if os.getuid() == 0 else None
        self._folder = folder
        self._settings = settings or {}
        self._password = secrets.token_hex(16)
        self._reserved = ReservedPorts(["postgres"], first={"postgres": first_port})
        self.port = self._reserved.ports["postgres"]
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its database is, with the password."""
        return f"postgres://{USER}:{self._password}@{LOOPBACK}:{self.port}/citycoin"

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._owner and not self._reachable():
            self._folder = Path(tempfile.mkdtemp(prefix="citycoin-postgres-"))
        if self._owner:
            shutil.chown(self._folder, self._owner, self._owner)
        self._run("initdb", "--pgdata", str(self._data), "--username", USER, *self._with_password(), "--encoding=UTF8")
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._reserved.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server, and make its database at the first time."""
        settings = {
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": "",
            "port": str(self.port),
            **self._settings,
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._reserved.release("postgres")
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(  # noqa: S603 - the system's own server
                [str(self._bin / "postgres"), "-D", str(self._data), *words],
                user=self._owner,
                group=self._owner,
                extra_groups=[] if self._owner else None,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=partial(die_with_parent, signal.SIGINT, parent=os.getpid()),  # noqa: PLW1509 - one prctl
            )
        wait_until(self._answers, timeout_seconds=SECONDS_TO_ANSWER, what="PostgreSQL")
        if "citycoin" not in self._sql("SELECT datname FROM pg_database"):
            self._sql("CREATE DATABASE citycoin")

    def stop(self) -> None:
        """End the server as its administrators would, without waiting for its clients."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(timeout=30)
            self._server = None

    def pgbench(self, *, clients: int, seconds: int, scale: int = 10) -> float:
        """Transactions a second of TPC-B, the time to connect left out; in a database of its own, dropped afterwards."""
        self._sql("CREATE DATABASE pgbench")
        where = ("--host", LOOPBACK, "--port", str(self.port), "--username", USER)
        environ = {"PGPASSWORD": self._password}
        self._run("pgbench", *where, "--initialize", "--quiet", "--scale", str(scale), "pgbench", environ=environ)
        load = ("--client", str(clients), "--jobs", "2", "--time", str(seconds), "--no-vacuum")
        said = self._run("pgbench", *where, *load, "pgbench", environ=environ).stdout
        self._sql("DROP DATABASE pgbench")
        return float(next(line for line in said.splitlines() if line.startswith("tps")).split()[2])

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _reachable(self) -> bool:
        # Searching every folder above takes the x for others.
        return all(parent.stat().st_mode & 0o001 for parent in self._folder.resolve().parents)

    def _with_password(self) -> tuple[str, ...]:
        file = self._folder / "password"
        file.write_text(self._password)
        if self._owner:
            shutil.chown(file, self._owner)
        file.chmod(0o600)
        return ("--auth=scram-sha-256", "--pwfile", str(file))

    def _answers(self) -> bool:
        if self._server is None or self._server.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start:\n{(self._folder / 'log').read_text()}")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((LOOPBACK, self.port)):
                return False
        return self._run("pg_isready", "--host", LOOPBACK, "--port", str(self.port), check=False).returncode == 0

    def _sql(self, statement: str) -> str:
        address = self.url.replace("/citycoin", "/postgres").replace("postgres://", "postgresql://")
        return self._run("psql", "--no-psqlrc", "--tuples-only", "--dbname", address, "--command", statement).stdout

    def _run(
        self, binary: str, *words: str, check: bool = True, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - the system's own tools
            [str(self._bin / binary), *words],
            env={**os.environ, **(environ or {})},
            user=self._owner,
            group=self._owner,
            extra_groups=[] if self._owner else None,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=check,
        )
