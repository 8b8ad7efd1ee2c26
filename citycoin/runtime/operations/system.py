"""One installation: its folder of state, its environment, and its processes started and stopped."""

import contextlib
import json
import os
import shutil
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from citycoin.foundation.moved_clock import NAME as CLOCK_FILE
from citycoin.runtime.domain import addresses, programs
from citycoin.runtime.domain.addresses import FIRST_PORTS, FOREIGN, LOOPBACK, ReservedPorts
from citycoin.runtime.operations.secret_files import make_secrets
from citycoin.runtime.operations.supervision import (
    NotRunning,
    ProcessState,
    Supervisor,
    start_supervisord,
    write_configuration,
)
from citycoin.runtime.queries.processes import is_anothers

# What `up` was told of the cities holds for later calls, too.
SAID_ONCE: Final = {
    "CITYCOIN_DEMO": "1",
    "CITYCOIN_SEED": "demo",
    "CITYCOIN_CITIES": str(addresses.ROOT / "seeds" / "cities"),
}
PAST_DAYS: Final = 3
# Which variable says where a part listens.
LISTENING: Final[Mapping[str, str]] = {"web": "WEB_URL", "live": "LIVE_URL", "bank": "BANK_URL", **FOREIGN}
FOLDERS: Final = ("logs", "broker", "beat", "chain", "bank")


@dataclass(frozen=True, slots=True)
class System:
    """The installation whose state is in ``var``, as ``environ`` asks for it.

    ``chosen``: the processes it runs when it is up; a test may need fewer than all.
    ``ends_with_starter``: it ends when the process that starts it does, however that ends.
    """

    var: Path
    environ: Mapping[str, str]
    chosen: Collection[str] = programs.NAMES
    first_ports: Mapping[str, int] = field(default_factory=lambda: FIRST_PORTS)
    ends_with_starter: bool = False

    @property
    def supervisor(self) -> Supervisor:
        """Who starts and watches its processes."""
        return Supervisor(self.var)

    @property
    def environment(self) -> dict[str, str]:
        """What each process finds in its environment: what `up` wrote down, under what is set by hand."""
        run = {"CITYCOIN_VAR": str(self.var), **addresses.defaults(self.var)}
        return programs.environment(self.environ, {**run, **self._set_by_hand(run)})

    def _set_by_hand(self, names: Collection[str]) -> dict[str, str]:
        return {name: self.environ[name] for name in names if self.environ.get(name) and name != "CITYCOIN_VAR"}

    @property
    def names(self) -> tuple[str, ...]:
        """The processes that are ours to run: the chosen ones, less the servers that somebody else runs, and a demo's bank."""
        others = {part for part, variable in FOREIGN.items() if self.environ.get(variable)}
        others |= set() if self.is_demo else programs.OF_A_DEMO
        return tuple(name for name in programs.NAMES if name in self.chosen and name not in others)

    @property
    def is_seeded(self) -> bool:
        """Whether `up` founds cities: not where the processes that would serve them are left out."""
        return {"worker", "beat"} <= set(self.chosen) and self.environ.get("CITYCOIN_SEED") != "none"

    @property
    def is_demo(self) -> bool:
        """Whether it has a demo's people, bank and inbox."""
        return self.environ.get("CITYCOIN_DEMO", "1").lower() not in programs.NO

    @property
    def is_debugged(self) -> bool:
        """Whether it shows tracebacks and SQL, which the settings refuse outside the demo."""
        return self.environ.get("CITYCOIN_DEBUG", "0").lower() not in programs.NO

    @property
    def past_days(self) -> int:
        """How many days the seeds lead a new chain through."""
        return (
            PAST_DAYS if self.is_demo and self.is_seeded and self.environ.get("CITYCOIN_SEED", "demo") == "demo" else 0
        )

    @property
    def runs(self) -> bool:
        """Whether its supervisor answers."""
        return self.supervisor.answers()

    def prepare(self, home: Mapping[str, int]) -> ReservedPorts:
        """Make folders, secrets and addresses, and start the supervisor, with no process yet; the ports are held.

        ``home``: where parts listened before; they do so again where these ports are free.
        """
        for folder in FOLDERS:
            (self.var / folder).mkdir(parents=True, exist_ok=True)
        make_secrets(self.var)
        reserved = ReservedPorts(
            (name for name in FIRST_PORTS if name in self.names), first={**self.first_ports, **home}
        )
        with ExitStack() as undo:
            undo.enter_context(reserved)
            self._write_addresses(reserved.ports, home)
            write_configuration(
                self.var,
                [
                    programs.program(name, ports=reserved.ports, environ=self.environ, past_days=self.past_days)
                    for name in self.names
                ],
            )
            start_supervisord(
                self.var, self.environment, ends_with_starter=self.ends_with_starter, keeps=reserved.claims
            )
            undo.pop_all()
        return reserved

    def _write_addresses(self, ports: Mapping[str, int], home: Mapping[str, int]) -> None:
        urls = {name: f"http://{LOOPBACK}:{port}" for name, port in ports.items()}
        run = {"CITYCOIN_VAR": str(self.var)}
        run |= {name: self.environ.get(name) or usual for name, usual in SAID_ONCE.items()}
        if "broker" in ports:
            run["REDIS_URL"] = f"redis://{LOOPBACK}:{ports['broker']}/0"
        if "chain" in ports:
            run["CHAIN_RPC_URL"] = urls["chain"]
        if "web" in ports:
            run["WEB_URL"] = urls["web"]
            run["CITYCOIN_PUBLIC_URL"] = self.environ.get("CITYCOIN_PUBLIC_URL") or urls["web"]
        if "bank" in ports:
            run |= {"BANK_URL": urls["bank"], "BANK_CLOCK": str(self.var / CLOCK_FILE)}
            run["BANK_FOLDER"] = self.environ.get("BANK_FOLDER") or str(self.var / "bank")
        if "live" in ports:
            run["LIVE_URL"] = urls["live"]
        foreign = {variable: self.environ[variable] for variable in FOREIGN.values() if self.environ.get(variable)}
        kept = {"ports": {**ports, **home}, "foreign": {name: addresses.shown(url) for name, url in foreign.items()}}
        addresses.write_private(
            self.var / addresses.RUN_FILE, json.dumps({**kept, "environment": run}, indent=2).encode()
        )
        addresses.write_private(
            self.var / addresses.FOREIGN_FILE, json.dumps({"environment": foreign}, indent=2).encode()
        )

    def states(self) -> dict[str, ProcessState]:
        """What runs, by name; empty when the system is down."""
        try:
            return self.supervisor.states()
        except NotRunning:
            return {}

    def shown_addresses(self) -> dict[str, str]:
        """The address of each part that listens, foreign ones included, without passwords."""
        environment = self.environment
        return {
            part: addresses.shown(environment[variable])
            for part, variable in LISTENING.items()
            if variable in environment
        }

    def has_lost_port(self, name: str) -> bool:
        """Whether a program that isn't ours listens at the port of ``name``, which it may answer as well as ours would."""
        state = self.states().get(name)
        if state is None or name not in LISTENING:
            return False
        port = urlsplit(self.environment[LISTENING[name]]).port
        return port is not None and is_anothers(port, pid=state.pid)

    def pid(self, name: str) -> int:
        """The process that does the work: anvil itself, and not the one that keeps its dumps. 0 where none runs."""
        state = self.states().get(name)
        if state is None or not state.pid:
            return 0
        if name != "chain":
            return state.pid
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int((self.var / "chain" / "anvil.pid").read_text())
        return 0

    def bring_down(self) -> None:
        """Stop everything. Nothing happens when nothing runs."""
        with contextlib.suppress(NotRunning):
            self.supervisor.shut_down()

    def remove(self) -> None:
        """Stop everything and delete all that it has written."""
        self.bring_down()
        if self.var.exists():
            shutil.rmtree(self.var)


def installation(environ: Mapping[str, str] = os.environ) -> System:
    """The installation that the environment names."""
    return System(addresses.state_folder(environ), environ)
