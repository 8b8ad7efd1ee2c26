"""The supervisor of one installation: its configuration, its start, and orders given to it over its socket."""

import os
import shlex
import signal
import subprocess
import sys
import xmlrpc.client
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Final

from supervisor.xmlrpc import Faults, SupervisorTransport

from citycoin.foundation.waiting import wait_until, wait_while_moving
from citycoin.runtime.domain.addresses import CLAIMS_FROM
from citycoin.runtime.domain.programs import PARENT_DEATH, Program
from citycoin.runtime.queries.processes import cpu_ticks

SOCKET: Final = "supervisord.sock"
PID_FILE: Final = "supervisord.pid"
CONFIGURATION_FILE: Final = "supervisord.conf"
# The supervisor runs in the folder of state and names what lies in it from there: the folder's own name may be longer than the
# kernel takes for a socket, and have in it what the supervisor would expand (%) or take for a comment (;).
CONFIGURATION: Final = f"""\
; Written by `./city up`; whatever is changed here is lost at the next one.
[supervisord]
nodaemon = true
silent = true
minfds = {CLAIMS_FROM}
pidfile = {PID_FILE}
logfile = logs/supervisord.log
logfile_maxbytes = 5MB
logfile_backups = 1
childlogdir = logs

[unix_http_server]
file = /proc/self/cwd/{SOCKET}
chmod = 0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
# A program that keeps failing is tried again for ever, a second later each time.
PROGRAM: Final = """
[program:{name}]
command = {command}
directory = {folder}
priority = {priority}
autostart = false
autorestart = true
startsecs = 1
startretries = 1000000
stopwaitsecs = {stop_wait_seconds}
killasgroup = true
redirect_stderr = true
stdout_logfile = logs/{name}.log
stdout_logfile_maxbytes = 5MB
stdout_logfile_backups = 2
"""


# Supervisors started by this process, kept so that their end is noticed.
_started: list[subprocess.Popen[bytes]] = []


class NotRunning(Exception):
    """No supervisor answers: the system is down."""


@dataclass(frozen=True, slots=True)
class ProcessState:
    """What the supervisor knows of one process. ``pid`` is 0 where it has none."""

    name: str
    state: str
    pid: int
    tells: str

    @property
    def runs(self) -> bool:
        """Whether the supervisor says that it runs."""
        return self.state == "RUNNING"


def write_configuration(var: Path, programs: Sequence[Program]) -> Path:
    """Write what supervisord reads, and return where."""
    text = CONFIGURATION
    for priority, program in enumerate(programs):
        text += PROGRAM.format(
            name=program.name,
            command=_escaped(shlex.join(program.bound_command)),
            folder=_escaped(program.folder),
            priority=priority,
            stop_wait_seconds=program.stop_wait_seconds,
        )
    file = var / CONFIGURATION_FILE
    file.write_text(text)
    return file


def _escaped(text: object) -> str:
    return str(text).replace("%", "%%")


def start_supervisord(
    var: Path, environ: Mapping[str, str], *, ends_with_starter: bool, keeps: Collection[int] = ()
) -> None:
    """Start the supervisor in a session of its own, in which no Ctrl-C reaches it, and wait until it answers.

    ``ends_with_starter``: it ends, and all its processes with it, when the caller does, even by a kill. ``keeps``: descriptors
    from CLAIMS_FROM on that it has open as long as it lives.
    """
    wrapper = (sys.executable, "-I", str(PARENT_DEATH)) if ends_with_starter else ()
    with (var / "logs" / "supervisord.out").open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and configuration
            [*wrapper, sys.executable, "-m", "supervisor.supervisord", "-c", CONFIGURATION_FILE],
            cwd=var,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=tuple(keeps),
        )
    _started.append(process)
    supervisor = Supervisor(var)
    wait_while_moving(
        lambda: supervisor.answers() or process.poll() is not None,
        signs=lambda: cpu_ticks(process.pid),
        what="the supervisor",
        patience_seconds=60,
    )
    if process.poll() is not None:
        raise NotRunning((var / "logs" / "supervisord.out").read_text())


class Supervisor:
    """Orders to the supervisor of the installation in ``var``. Each raises NotRunning where none answers."""

    def __init__(self, var: Path) -> None:
        self.var = var

    def answers(self) -> bool:
        """Whether a supervisor is there."""
        try:
            self._ask("getPID")
        except NotRunning:
            return False
        return True

    def states(self) -> dict[str, ProcessState]:
        """Every process of this installation, by name."""
        answer = self._ask("getAllProcessInfo")
        assert isinstance(answer, list)
        return {
            info["name"]: ProcessState(info["name"], info["statename"], info["pid"], info["description"])
            for info in answer
        }

    def start(self, names: Iterable[str]) -> None:
        """Start those that don't run; don't wait for them."""
        for name in names:
            self._ask("startProcess", name, False, meanwhile=Faults.ALREADY_STARTED)

    def stop(self, names: Iterable[str]) -> None:
        """Stop those that run, one after the other, and wait until they have ended."""
        for name in names:
            self._ask("stopProcess", name, True, meanwhile=Faults.NOT_RUNNING)

    def shut_down(self) -> None:
        """Stop every process and the supervisor itself; kill what doesn't end by itself."""
        answer = self._ask("getPID")
        assert isinstance(answer, int)
        self._ask("shutdown")
        try:
            wait_until(lambda: not _lives(answer), timeout_seconds=40, what="the end of the supervisor")
        except TimeoutError:
            os.kill(answer, signal.SIGKILL)  # its children are bound to its end
        _started[:] = [process for process in _started if process.poll() is None]

    def _ask(self, order: str, *words: object, meanwhile: int | None = None) -> object:
        folder = os.open(self.var, os.O_RDONLY) if self.var.is_dir() else -1
        try:
            transport = SupervisorTransport(None, None, f"unix:///proc/self/fd/{folder}/{SOCKET}")
            with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as proxy:
                return getattr(proxy.supervisor, order)(*words)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode == meanwhile:
                return None
            raise NotRunning(f"{order} {words}: {fault.faultString}") from fault
        except (OSError, HTTPException) as nobody:
            raise NotRunning("the system is down; ./city up starts it") from nobody
        finally:
            if folder >= 0:
                os.close(folder)


def _lives(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
