"""Runs the development chain: anvil, the last complete dump of its state, and a watch over its head.

`python -m citycoin.runtime.doors.chain PORT DAYS`; CITYCOIN_VAR names the folder of state. A chain that begins from nothing has
its clock so many days in the past, for the seeds to lead it through them; one that is started anew has the demo's. It ends when anvil does, and anvil ends when it does,
however either was ended; the supervisor starts both again.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from citycoin.foundation.kernel.clock import KST
from citycoin.foundation.moved_clock import MovedClock
from citycoin.foundation.parent_death import die_with_parent
from citycoin.platform.health.queries.probes import NoAnswer, chain_head, set_clock
from citycoin.runtime.domain.addresses import LOOPBACK, ROOT, state_folder
from citycoin.runtime.domain.dumps import Dumps
from citycoin.runtime.domain.programs import CHAIN_ID

log = logging.getLogger(__name__)

BLOCK_SECONDS: Final = os.environ.get("CHAIN_BLOCK_SECONDS") or "1"
# How often anvil writes its state: what a kill takes away is that long at most, and comes again from the books.
DUMP_SECONDS: Final = os.environ.get("CHAIN_DUMP_SECONDS") or "1"
# A head that stands still for this long is stuck, not busy; 0 turns the watch off.
STUCK_AFTER_SECONDS: Final = float(os.environ.get("CHAIN_STUCK_AFTER_SECONDS", "15"))
LOOK_EACH_SECONDS: Final = 0.5
# The hour in Seoul at which the first of the past days begins: before anybody tops up.
FIRST_HOUR: Final = 6


def anvil_binary() -> Path:
    """The anvil that npm put into contracts/. Raises FileNotFoundError where it hasn't."""
    found = sorted((ROOT / "contracts" / "node_modules" / "@foundry-rs").glob("anvil-*/bin/anvil"))
    if not found:
        raise FileNotFoundError("anvil is not installed; ./city up installs it")
    return found[0]


def anvil_command(folder: Path, port: int) -> tuple[str, ...]:
    """How anvil is started on the state in ``folder``."""
    return (
        *(str(anvil_binary()), "--silent", "--host", LOOPBACK, "--port", str(port)),
        *("--chain-id", str(CHAIN_ID), "--block-time", BLOCK_SECONDS),
        # As on mainnet: a block of 60 M gas, and no transaction above EIP-7825's limit.
        *("--gas-limit", "60000000", "--enable-tx-gas-limit"),
        # Without --preserve-historical-states: it keeps past balances readable over a restart, but dumps the whole state
        # once a block (600 accounts, 47 blocks: 11.5 MB, and --prune-history did not bound it), each second anew.
        *(
            "--state",
            str(folder / "state.json"),
            "--state-interval",
            DUMP_SECONDS,
            "--cache-path",
            str(folder / "cache"),
        ),
    )


class Stuck:
    """Whether the head has stood still for too long. A chain that doesn't answer stands still, too."""

    def __init__(self, head: Callable[[], int], *, after_seconds: float) -> None:
        self._head = head
        self._after_seconds = after_seconds
        self._last_head = -1
        self._moved_at: float | None = None

    def now(self, now_seconds: float) -> bool:
        """Whether it is stuck at this moment of a steady clock, in seconds; asks for the head."""
        try:
            head = self._head()
        except OSError:
            head = self._last_head
        if head != self._last_head or self._moved_at is None:  # lower counts as well: a reorg, a state set back
            self._last_head, self._moved_at = head, now_seconds
        return 0 < self._after_seconds < now_seconds - self._moved_at


def watch_head(anvil: subprocess.Popen[bytes], *, url: str, ahead: timedelta) -> None:
    """Set the demo's clock as soon as anvil can be asked, and kill it when its head stands still. Returns when it has ended.

    In a thread, since asking may take a second.
    """
    is_set = not ahead
    stuck = Stuck(lambda: chain_head(url).number, after_seconds=STUCK_AFTER_SECONDS)
    while anvil.poll() is None:
        is_set = is_set or set_ahead(url, by=ahead)
        if stuck.now(time.monotonic()):
            log.error("the head has not moved for %s s: anvil is started anew", STUCK_AFTER_SECONDS)
            anvil.kill()
        time.sleep(LOOK_EACH_SECONDS)  # between two looks, in a thread of its own


def set_ahead(url: str, *, by: timedelta) -> bool:
    """Have blocks carry the machine's time and so much more. False where anvil gives no answer yet: it is reading its state."""
    try:
        set_clock(url, datetime.now(KST) + by)
    except NoAnswer:
        return False
    return True


def beginning(now: datetime, *, days_ago: int) -> datetime:
    """When a chain begins that is so many days old: in the morning, and not before this year and its budget."""
    midnight = now.astimezone(KST).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(midnight - timedelta(days=days_ago), midnight.replace(month=1, day=1)) + timedelta(hours=FIRST_HOUR)


def run(folder: Path, port: int, *, days_ago: int = 0) -> int:
    """Run anvil until it ends; return its exit code."""
    (folder / "cache").mkdir(parents=True, exist_ok=True)
    dumps = Dumps(folder)
    dump = dumps.choose()
    log.info("the chain starts from %s", dump or "nothing")
    command, now = anvil_command(folder, port), datetime.now(KST)
    if dump is None and days_ago and beginning(now, days_ago=days_ago) < now:
        command += ("--timestamp", str(int(beginning(now, days_ago=days_ago).timestamp())))
    anvil = subprocess.Popen(  # noqa: S603 - the binary from our own lock
        command,
        env={**os.environ, "HOME": str(folder)},  # it writes a cache into the home folder
        stdin=subprocess.DEVNULL,
        # Killed outright with this process; the dump that may cut off is what Dumps is for.
        preexec_fn=partial(die_with_parent, signal.SIGKILL, parent=os.getpid()),  # noqa: PLW1509 - no thread runs yet
    )
    (folder / "anvil.pid").write_text(str(anvil.pid))
    for forwarded in (signal.SIGTERM, signal.SIGINT):
        signal.signal(forwarded, lambda number, _frame: anvil.send_signal(number))
    # Started anew from a dump anvil takes the time of the machine: whatever way its clock had gone is over.
    asks = {"url": f"http://{LOOPBACK}:{port}", "ahead": MovedClock(folder.parent).ahead()}
    threading.Thread(target=watch_head, args=(anvil,), kwargs=asks, daemon=True).start()
    while anvil.poll() is None:
        dumps.keep(now_seconds=time.monotonic())
        time.sleep(LOOK_EACH_SECONDS)  # between two looks; a signal ends it
    return anvil.returncode


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    sys.exit(run(state_folder(os.environ) / "chain", int(sys.argv[1]), days_ago=int(sys.argv[2])))
