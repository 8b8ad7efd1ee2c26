"""The demo's clock that can be moved, and every other installation's, which can't."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycoin.foundation.kernel import clock
from citycoin.foundation.moved_clock import NAME, MovedClock
from citycoin.web.demo.apps import DemoConfig
from seeds.domain.spans import UNITS, SpanWrong, span_of


@pytest.fixture
def config(monkeypatch):
    """The demo's configuration of the app, whose process has not followed anything yet."""
    monkeypatch.setattr(clock, "_ahead", timedelta)
    return DemoConfig.create("citycoin.web.demo")


def ahead() -> timedelta:
    return clock.now() - datetime.now(UTC)


def test_running_process_follows_a_clock_that_another_moves(config, settings, tmp_path):
    settings.DEMO, settings.VAR = True, tmp_path
    config.ready()
    assert abs(ahead()) < timedelta(minutes=1)

    MovedClock(tmp_path).move(timedelta(days=30))
    assert abs(ahead() - timedelta(days=30)) < timedelta(minutes=1)

    MovedClock(tmp_path).move(timedelta(hours=12))
    assert abs(ahead() - timedelta(days=30, hours=12)) < timedelta(minutes=1)


def test_installation_that_is_no_demo_reads_no_moved_clock(config, settings, tmp_path):
    settings.DEMO, settings.VAR = False, tmp_path
    MovedClock(tmp_path).move(timedelta(days=30))

    config.ready()

    assert abs(ahead()) < timedelta(minutes=1)


def test_clock_that_is_being_written_is_read_as_it_was(tmp_path):
    moved = MovedClock(tmp_path)
    moved.move(timedelta(days=1))
    (tmp_path / NAME).with_suffix(".half").write_text("8640")

    assert moved.ahead() == timedelta(days=1)


@given(st.integers(1, 2_196), st.sampled_from(sorted(UNITS)))
def test_span_is_read_as_it_is_written(count, unit):
    assert span_of(f"+{count}{unit}") == count * UNITS[unit]


@given(st.text(max_size=8).filter(lambda text: not text.strip().startswith("+")))
def test_text_that_goes_nowhere_forward_is_no_span(text):
    with pytest.raises(SpanWrong):
        span_of(text)


@pytest.mark.parametrize("text", ["+0d", "+2197d", "+99999d", "+1", "+d", "+１d", "+1 d", "+1w", "+-1d"])
def test_span_of_nothing_or_beyond_six_years_is_refused(text):
    with pytest.raises(SpanWrong):
        span_of(text)
