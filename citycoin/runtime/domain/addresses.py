"""Where the processes of one installation listen, chosen by `up` and kept in the folder of its state.

Only the standard library, and no Django: the settings read this module while they are being made.
"""

import json
import os
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit, urlunsplit

ROOT: Final = Path(__file__).resolve().parents[3]
LOOPBACK: Final = "127.0.0.1"
FIRST_PORTS: Final[Mapping[str, int]] = {"web": 8000, "live": 8001, "chain": 8545, "broker": 16379}
# Servers that somebody else may run; naming one of them in the environment is the whole configuration.
FOREIGN: Final[Mapping[str, str]] = {
    "database": "DATABASE_URL",
    "broker": "REDIS_URL",
    "chain": "CHAIN_RPC_URL",
}
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


def _environment_in(file: Path) -> dict[str, str]:
    try:
        content = json.loads(file.read_text())
    except (FileNotFoundError, NotADirectoryError, PermissionError, json.JSONDecodeError):
        return {}
    environment = content.get("environment", {}) if isinstance(content, dict) else {}
    return {str(key): str(value) for key, value in environment.items()}


def shown(url: str) -> str:
    """``url`` as it may be shown on a page or in a log: without password and query."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return urlunsplit(parts._replace(query=""))
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{host}", query=""))


class ReservedPorts:
    """A free port for each of ``names``: its usual one, or the next that nobody has. Held until it is released.

    Two systems may start at once, and granian shares a port with whoever has it (SO_REUSEPORT): so a port is held from
    its choice to the moment before its server takes it.
    """

    def __init__(self, names: Iterable[str], *, first: Mapping[str, int] = FIRST_PORTS) -> None:
        self._held: dict[str, socket.socket] = {}
        self.ports: dict[str, int] = {}
        for name in names:
            self._held[name], self.ports[name] = _next_free(first[name])

    def release(self, name: str) -> None:
        """Let go of the port of ``name``, for its server to take."""
        if held := self._held.pop(name, None):
            held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for name in tuple(self._held):
            self.release(name)


def _next_free(port: int) -> tuple[socket.socket, int]:
    while True:
        held = socket.socket()
        # A port in TIME_WAIT is free to a server; one with a listener is not, whatever the option says.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((LOOPBACK, port))
            held.listen(1)
        except OSError:
            held.close()
            port += 1
        else:
            return held, port


def free_ports(names: Iterable[str], *, first: Mapping[str, int] = FIRST_PORTS) -> dict[str, int]:
    """As ReservedPorts, for servers that take theirs at once."""
    with ReservedPorts(names, first=first) as reserved:
        return reserved.ports


def write_private(file: Path, content: bytes) -> None:
    """Write ``content`` so that nobody else can read it, not even for the moment before a chmod."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as open_file:
        open_file.write(content)
    unfinished.replace(file)
