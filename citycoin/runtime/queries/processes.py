"""What the kernel says of a process and of those that it has started."""

import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

LISTENS: Final = "0A"
# 127.0.0.1, and every address.
HERE: Final = tuple(f"{int.from_bytes(socket.inet_aton(each), sys.byteorder):08X}" for each in ("127.0.0.1", "0"))


def cpu_ticks(pid: int) -> int:
    """The processor time of ``pid`` and all below it, in the kernel's ticks; 0 where there is no such process."""
    return sum(_ticks(each) for each in _family(pid)) if pid else 0


def is_anothers(port: int, *, pid: int) -> bool:
    """Whether a program listens at ``port`` of this machine (IPv4) that is neither ``pid`` nor below it; 0 is no process."""
    ours = set(_sockets(pid)) if pid else set()
    return any(each not in ours for each in _listeners(port))


def _listeners(port: int) -> Iterator[str]:
    """The sockets that listen at ``port``, here or at every address, as the folders of their processes name them."""
    here = {f"{address}:{port:04X}" for address in HERE}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, address, _, state, *_, inode = line.split()[:10]
        if state == LISTENS and address in here:
            yield f"socket:[{inode}]"


def _sockets(pid: int) -> Iterator[str]:
    """What the descriptors of ``pid`` and all below it lead to."""
    for each in _family(pid):
        with suppress(OSError):  # it has just ended
            for descriptor in Path(f"/proc/{each}/fd").iterdir():
                with suppress(OSError):  # closed meanwhile
                    yield str(descriptor.readlink())


def _family(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            below = children.read_text().split()
        except OSError:  # it has just ended
            continue
        for child in below:
            yield from _family(int(child))


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))  # its own and its ended children's, as a user and in the kernel
