from collections.abc import Iterator

from citycoin.platform.health.queries.probes import NoAnswer
from citycoin.runtime.doors.chain import Stuck


def heads(*answers: int | None):
    """A chain that gives these answers, one a question; None is no answer."""
    left: Iterator[int | None] = iter(answers)

    def head() -> int:
        answer = next(left)
        if answer is None:
            raise NoAnswer("silent")
        return answer

    return head


class TestStuck:
    def test_chain_whose_head_moves_is_not_stuck(self):
        stuck = Stuck(heads(1, 2, 3), after_seconds=5)

        assert [stuck.now(seconds) for seconds in (0, 10, 20)] == [False, False, False]

    def test_chain_whose_head_stands_still_for_long_is_stuck(self):
        stuck = Stuck(heads(1, 1, 1), after_seconds=5)

        assert [stuck.now(seconds) for seconds in (0, 5, 6)] == [False, False, True]

    def test_chain_that_answers_no_more_is_stuck(self):
        stuck = Stuck(heads(1, None, None), after_seconds=5)

        assert [stuck.now(seconds) for seconds in (0, 3, 6)] == [False, False, True]

    def test_chain_after_a_reorg_to_a_lower_head_is_not_stuck(self):
        stuck = Stuck(heads(9, 7, 8), after_seconds=5)

        assert [stuck.now(seconds) for seconds in (0, 6, 7)] == [False, False, False]

    def test_chain_is_never_stuck_when_the_watch_is_off(self):
        stuck = Stuck(heads(1, 1), after_seconds=0)

        assert [stuck.now(seconds) for seconds in (0, 1_000)] == [False, False]
