"""Asks once more where a connection died before it brought an answer; for questions, never for what changes something.

A server may close a kept connection in the very moment in which the next question is on its way. Nobody can say then whether
it was heard, so only what may be heard twice is said twice.
"""

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import httpx

Answer = TypeVar("Answer")
# A refused connection or a time that ran out isn't among them: there the server is away, or slow.
DIED: Final = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, httpx.RemoteProtocolError)


def asked_again(question: Callable[[], Answer]) -> Answer:
    """The answer to ``question``, which is put a second time where the connection died. Raises what the question raises."""
    try:
        return question()
    except Exception as failure:
        if not died(failure):
            raise
    return question()


def died(failure: BaseException) -> bool:
    """Whether a dead connection is at the bottom of ``failure``: every library wraps it in an error of its own."""
    return any(isinstance(each, DIED) for each in _causes(failure))


def _causes(failure: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = failure
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__
