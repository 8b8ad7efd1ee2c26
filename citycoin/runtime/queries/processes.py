"""What the kernel says of a process and of those that it has started."""

from collections.abc import Iterator
from pathlib import Path


def cpu_ticks(pid: int) -> int:
    """The processor time of ``pid`` and all below it, in the kernel's ticks; 0 where there is no such process."""
    return sum(_ticks(each) for each in _family(pid)) if pid else 0


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
