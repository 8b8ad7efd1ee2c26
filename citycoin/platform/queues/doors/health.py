"""A line for each queue on the page of health."""

from collections.abc import Iterator
from datetime import timedelta

from citycoin.foundation.kernel import clock
from citycoin.platform.health.domain import checks
from citycoin.platform.health.domain.checks import Line
from citycoin.platform.queues.queries import Queue, queues, standing_of


@checks.register
def queue_lines() -> Iterator[Line]:
    """Red where the oldest row has waited longer than is right for its queue; a warning where rows are set aside."""
    for queue in queues():
        yield _line(queue)


def _line(queue: Queue) -> Line:
    standing = standing_of(queue)
    age = clock.now() - standing.oldest if standing.oldest else timedelta()
    seconds = max(int(age.total_seconds()), 0)
    ko, en = f"{queue.words.ko} {standing.waiting}건", f"{standing.waiting} {queue.words.en}"
    if standing.waiting:
        ko, en = f"{ko}, 가장 오래된 것 {seconds}초", f"{en}, the oldest {seconds} s"
    if standing.set_aside:
        ko, en = f"{ko}, 미뤄 둔 것 {standing.set_aside}건", f"{en}, {standing.set_aside} set aside"
    return Line(queue.name, age < queue.late, ko, en, warning=standing.set_aside > 0)
