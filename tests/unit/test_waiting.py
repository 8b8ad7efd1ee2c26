"""What is slow is waited for as long as it moves; what stands still is given up."""

import pytest

from citycoin.foundation.waiting import Stalled, wait_while_moving

PATIENCE_SECONDS = 60


class Time:
    """A clock that goes on only when somebody pauses; each pause may take longer than was asked for."""

    def __init__(self, *, pause_takes: float = 1) -> None:
        self.now = 0.0
        self._pause_takes = pause_takes

    def clock(self) -> float:
        return self.now

    def pause(self, _seconds: float) -> None:
        self.now += self._pause_takes


def wait(time: Time, *, done_at: float, moves_until: float, say=lambda _seconds: None):
    """Wait for something that is done at one second, and shows that it moves up to another."""
    wait_while_moving(
        lambda: time.now >= done_at,
        signs=lambda: min(time.now, moves_until),
        what="web",
        patience_seconds=PATIENCE_SECONDS,
        say=say,
        clock=time.clock,
        pause=time.pause,
    )


class TestWaitWhileMoving:
    def test_wait_goes_on_for_hours_while_something_moves(self):
        time = Time()

        wait(time, done_at=10_000, moves_until=10_000)

        assert time.now == 10_000

    def test_wait_is_given_up_once_nothing_has_moved_for_the_whole_patience(self):
        time = Time()

        with pytest.raises(Stalled, match="web: nothing has moved for 60 s"):
            wait(time, done_at=10_000, moves_until=500)

        assert time.now == pytest.approx(500 + PATIENCE_SECONDS, abs=2)

    def test_wait_goes_on_where_nothing_moves_for_less_than_the_patience(self):
        wait(Time(), done_at=PATIENCE_SECONDS - 5, moves_until=0)

    def test_wait_that_was_kept_from_looking_is_given_up_no_sooner(self):
        time = Time(pause_takes=50)

        with pytest.raises(Stalled):
            wait(time, done_at=10_000, moves_until=0)

        assert time.now >= 12 * 50  # twelve looks, each of which counts for five seconds

    def test_wait_says_each_quarter_of_a_minute_how_long_it_has_taken(self):
        said = []

        wait(Time(), done_at=50, moves_until=50, say=said.append)

        assert said == [15, 30, 45]

    def test_wait_for_what_is_done_at_once_says_nothing(self):
        said = []

        wait(Time(), done_at=0, moves_until=0, say=said.append)

        assert said == []
