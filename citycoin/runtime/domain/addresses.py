"""Where the processes of one installation listen, chosen by `up` and kept in the folder of its state.

Only the standard library, and no Django: the settings read this module while they are being made.
"""

import fcntl
import json
import os
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit, urlunsplit

ROOT: Final = Path(__file__).resolve().parents[3]
LOOPBACK: Final = "127.0.0.1"
FIRST_PORTS: Final[Mapping[str, int]] = {"web": 8000, "live": 8001, "chain": 8545, "broker": 16379, "bank": 8002}
# Servers that somebody else may run; naming one of them in the environment is the whole configuration.
FOREIGN: Final[Mapping[str, str]] = {
    "database": "DATABASE_URL",
    "broker": "REDIS_URL",
    "chain": "CHAIN_RPC_URL",
}
# The supervisor closes what lies between 4 and its minfds.
CLAIMS_FROM: Final = 256
RUN_FILE: Final = "run.json"
# A foreign address may carry a password, so it lies with the secrets and not in run.json.
FOREIGN_FILE: Final = "secrets/foreign.json"


def state_folder(environ: Mapping[str, str]) -> Path:
    """The folder that holds everything one installation has written: CITYCOIN_VAR, or var/ of the checkout."""
    return (ROOT / (environ.get("CITYCOIN_VAR") or "var")).resolve()


def defaults(var: Path) -> dict[str, str]:
    """What the environment would say, had it been set: the addresses of the system that `up` started in ``var``.

    Empty where nothing was started yet. An environment variable that is set wins; that is the caller's to do.
    """
    found: dict[str, str] = {}
    for name in (RUN_FILE, FOREIGN_FILE):
        found.update(_environment_in(var / name))
    return found


def home_ports(var: Path) -> dict[str, int]:
    """Where each part of the installation in ``var`` listened first, and where it listens again as long as it can.

    Codes on paper lead there.
    """
    return {str(name): int(port) for name, port in _said_in(var / RUN_FILE, "ports").items()}


def _environment_in(file: Path) -> dict[str, str]:
    return {str(key): str(value) for key, value in _said_in(file, "environment").items()}


def _said_in(file: Path, key: str) -> dict[str, Any]:
    """A table of the file; empty where there is no file, or one that was cut off."""
    try:
        content = json.loads(file.read_text())
    except (FileNotFoundError, NotADirectoryError, PermissionError, json.JSONDecodeError):
        return {}
    said = content.get(key, {}) if isinstance(content, dict) else {}
    return said if isinstance(said, dict) else {}


def shown(url: str) -> str:
    """``url`` as it may be shown on a page or in a log: without password and query."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return urlunsplit(parts._replace(query=""))
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{host}", query=""))


class ReservedPorts:
    """A port for each of ``names``: its ``first`` one, or the next that is free. Held until it is released.

    Two systems may start at once, and granian shares a port with whoever has it (SO_REUSEPORT): so a port is held from
    its choice to the moment before its server takes it. A claim outlives that: while anybody has it open, nobody who chooses
    here is given the port, also in the seconds in which its server starts, or starts again.
    """

    def __init__(self, names: Iterable[str], *, first: Mapping[str, int] = FIRST_PORTS) -> None:
        self._held: dict[str, socket.socket] = {}
        self._claims: dict[str, int] = {}
        self.ports: dict[str, int] = {}
        names = tuple(names)
        # Who finds their first port free keeps it, whoever else has to move on.
        for name in names:
            self._take(name, first[name])
        for name in names:
            port = first[name]
            while name not in self.ports:
                port += 1
                self._take(name, port)

    def _take(self, name: str, port: int) -> None:
        """Claim and hold ``port`` for ``name``; nothing where somebody else has it."""
        claim = _claimed(port)
        if claim is None:
            return
        held = socket.socket()
        # A port in TIME_WAIT is free to a server; one with a listener is not, whatever the option says.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((LOOPBACK, port))
            held.listen(1)
        except OSError:
            held.close()
            os.close(claim)
        else:
            self.ports[name], self._held[name], self._claims[name] = port, held, claim

    @property
    def claims(self) -> tuple[int, ...]:
        """Descriptors, none below CLAIMS_FROM, for a process that is to keep the claims as long as it lives."""
        return tuple(self._claims.values())

    def release(self, name: str) -> None:
        """Let go of the port of ``name``, for its server to take; it stays claimed."""
        if held := self._held.pop(name, None):
            held.close()

    def close(self) -> None:
        """Let go of all; what another process has claimed with us stays claimed."""
        for name in tuple(self._held):
            self.release(name)
        while self._claims:
            os.close(self._claims.popitem()[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def is_free(port: int) -> bool:
    """Whether no program listens at ``port``; one that is claimed is free, too."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _claimed(port: int) -> int | None:
    """A descriptor of a socket whose name says that ``port`` is taken, on this machine; None where there is one already."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as claim:
        try:
            claim.bind(f"\0city-coin-port-{port}")
        except OSError:
            return None
        return fcntl.fcntl(claim, fcntl.F_DUPFD_CLOEXEC, CLAIMS_FROM)


def write_private(file: Path, content: bytes) -> None:
    """Write ``content`` so that nobody else can read it, not even for the moment before a chmod."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as open_file:
        open_file.write(content)
    unfinished.replace(file)
