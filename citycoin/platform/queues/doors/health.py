"""A line for each queue on the page of health."""

from collections.abc import Iterator
from datetime import timedelta

from citycoin.foundation.bilingual import Words
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
    words = Words("{what} {count}건", "{count} {what}").filled(what=queue.words, count=standing.waiting)
    if standing.waiting:
        words = Words("{waiting}, 가장 오래된 것 {seconds}초", "{waiting}, the oldest {seconds} s").filled(
            waiting=words, seconds=seconds
        )
    if standing.set_aside:
        words = Words("{waiting}, 미뤄 둔 것 {count}건", "{waiting}, {count} set aside").filled(
            waiting=words, count=standing.set_aside
        )
    return Line(queue.name, age < queue.late, words, warning=standing.set_aside > 0, since=standing.oldest)
