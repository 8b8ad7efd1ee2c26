"""Many screens at once: streams opened as a browser's EventSource opens them, each noting what it hears."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Self

import httpx

from tests.outside import eventually


class Listeners:
    """``count`` open streams of one address, in a thread of their own, for the length of a ``with``."""

    def __init__(self, url: str, *, count: int, cookies: dict[str, str], origin: str) -> None:
        self._url = url
        self._headers = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "origin": origin}
        self._heard = [0] * count
        self._failed: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(self._loop)])
        self._thread.join()
        self._loop.close()

    def all_hear(self, times: int) -> None:
        """Until each has heard "look" at least so often."""
        eventually(lambda: self._failed or min(self._heard) >= times, what="every screen's look")
        assert not self._failed, self._failed

    def heard(self) -> list[int]:
        """How often each has heard "look"."""
        return list(self._heard)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._listen_all())
        except asyncio.CancelledError:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    async def _listen_all(self) -> None:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(timeout=None, limits=limits, headers=self._headers) as client:  # noqa: S113 - a stream
            await asyncio.gather(*(self._listen(client, place) for place in range(len(self._heard))))

    async def _listen(self, client: httpx.AsyncClient, place: int) -> None:
        async with client.stream("GET", self._url) as answer:
            if answer.status_code != 200:
                self._failed.append(f"{answer.status_code}")
            async for line in answer.aiter_lines():
                self._heard[place] += line == "event: look"
