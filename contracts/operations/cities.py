"""A step of the worker in every city that has something for it: one city never waits for another."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from citycoin.platform.queues.operations import is_shared, trace_of
from citycoin.platform.queues.queries import Queue, cities_with
from contracts.models import Contract
from contracts.operations.sending import SendingKeyBroken
from contracts.queries import tokens_in_step

log = logging.getLogger(__name__)


class CitiesFailed(Exception):
    """A step failed in some cities, and each failure is in the log; the cause is the first of them."""


def in_each_city(*queues: Queue, do: Callable[[Contract], int], now: datetime) -> int:
    """``do`` for the token of each city with a row due in one of the queues; the sum of what it returned. Raises as below."""
    return for_each(tokens_in_step(cities_with(*queues, now=now)), do=do)


def for_each(contracts: Iterable[Contract], *, do: Callable[[Contract], int]) -> int:
    """``do`` for each contract; the sum of what it returned.

    What fails for one is logged with its city, and the others have their turn; then raises CitiesFailed. A fault that the
    next one would meet as well is raised at once.
    """
    done, failures = 0, list[Exception]()
    for contract in contracts:
        try:
            done += do(contract)
        except Exception as failure:
            if is_shared(failure) and not isinstance(failure, SendingKeyBroken):
                raise
            log.error("failed in %s: %s", contract.city.slug, trace_of(failure))
            failures.append(failure)
    if failures:
        raise CitiesFailed from failures[0]
    return done
